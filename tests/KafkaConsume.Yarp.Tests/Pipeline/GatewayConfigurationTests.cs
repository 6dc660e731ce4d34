using System.Net;
using System.Text;
using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Routes from every kind of configuration, right and wrong.</summary>
public sealed class GatewayConfigurationTests(EmbeddedKafkaFixture embedded)
{
    [Theory]
    [InlineData("")]
    [InlineData("\"ClusterId\": \"KafkaConsume\",")]
    public async Task LoadFromConfig_RouteWithoutAClusterOrWithThePlaceholder_IsAnswered(string cluster)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await StartAsync($$"""
            { "ReverseProxy": { "Routes": { "orders": {
              {{cluster}}
              "Match": { "Path": "/orders" },
              "Metadata": { "KafkaConsume.Topics": "{{topic.Name}}", "KafkaConsume.Mode": "auto", "KafkaConsume.AllowSeek": true }
            } } } }
            """);

        (await Page.GetAsync(gateway.Client, "/orders?wait=0")).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task OwnConfigProvider_RouteWithoutACluster_IsAnswered()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Load = (proxy, _) => proxy.Services.AddSingleton<IProxyConfigProvider>(
                new OwnProvider(Gateway.Route("own", "/own", topic.Name, ("Mode", "auto")))),
        });

        (await Page.GetAsync(gateway.Client, "/own?wait=0")).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task SeveralProviders_WithKafkaAndProxiedRoutes_AllWork()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var upstream = await Upstream.StartAsync();
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Load = (proxy, _) => proxy
                .LoadFromMemory([Gateway.Route("memory", "/memory", topic.Name, ("Mode", "auto"))], [upstream.Cluster()])
                .Services.AddSingleton<IProxyConfigProvider>(new OwnProvider(
                    new RouteConfig { RouteId = "proxied", ClusterId = Upstream.ClusterId, Match = new RouteMatch { Path = "/proxied" } })),
        });

        (await Page.GetAsync(gateway.Client, "/memory?wait=0")).Records.Should().BeEmpty();
        (await gateway.Client.GetStringAsync("/proxied", TestContext.Current.CancellationToken)).Should().Be("from upstream");
    }

    [Fact]
    public async Task DestinationResolver_LooksUpEveryDestination_RouteWithoutAClusterIsAnswered()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"))],
            Proxy = proxy => proxy.AddDnsDestinationResolver(),
        });

        (await Page.GetAsync(gateway.Client, "/auto?wait=0")).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task AddKafkaConsume_CalledTwice_IsTheSameAsOnce()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"))],
            Proxy = proxy => proxy.AddKafkaConsume(),
        });

        (await Page.GetAsync(gateway.Client, "/auto?wait=0")).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task RoutesWithoutOurMetadata_AreYarpsAlone()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = "",
            Routes =
            [
                new RouteConfig { RouteId = "proxied", ClusterId = Upstream.ClusterId, Match = new RouteMatch { Path = "/proxied" } },
                new RouteConfig
                {
                    RouteId = "nowhere",
                    Match = new RouteMatch { Path = "/nowhere" },
                    Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["Kafka"] = "is not ours" },
                },
            ],
            Clusters = [upstream.Cluster()],
        });

        (await gateway.Client.GetStringAsync("/proxied", TestContext.Current.CancellationToken)).Should().Be("from upstream");
        using var nowhere = await gateway.Client.GetAsync("/nowhere", TestContext.Current.CancellationToken);
        nowhere.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable, "YARP says so of routes without a cluster");
    }

    [Fact]
    public async Task Start_SeveralBadRoutes_NamesAllErrorsOfAll()
    {
        var start = () => StartAsync("""
            { "ReverseProxy": { "Routes": {
              "typo": { "Match": { "Path": "/a" }, "Metadata": { "KafkaConsume.Topic": "orders", "KafkaConsume.Mode": "smoke-signals" } },
              "nested": { "Match": { "Path": "/b" }, "Metadata": { "KafkaConsume": { "Topics": "orders" } } },
              "colon": { "Match": { "Path": "/c" }, "Metadata": { "KafkaConsume.Topics": "orders", "KafkaConsume.ConsumerGroup:Mode": "none" } },
              "twice": { "Match": { "Path": "/d" }, "Metadata": { "KafkaConsume.Topics": "orders", "kafka_consume_topics": "payments" } },
              "unknown": { "Match": { "Path": "/e" }, "Metadata": { "KafkaConsume.Topics": "orders", "KafkaConsume.Connection": "elsewhere" } },
              "good": { "Match": { "Path": "/f" }, "Metadata": { "KafkaConsume.Topics": "orders" } }
            } } }
            """);

        var text = (await start.Should().ThrowAsync<Exception>()).Which.ToString();

        text.Should().Contain("Route 'typo': KafkaConsume.Topic is not a known key")
            .And.Contain("Did you mean", "a typing error is the commonest of all").And.Contain("KafkaConsume.Topics")
            .And.Contain("Route 'typo': KafkaConsume.Mode = 'smoke-signals'").And.Contain("server-sent-events")
            .And.Contain("Route 'nested': KafkaConsume has no value. Metadata is flat")
            .And.Contain("Route 'colon': KafkaConsume.ConsumerGroup has no value. Metadata is flat")
            .And.Contain("Route 'twice': KafkaConsume.Topics and kafka_consume_topics are the same setting")
            .And.Contain("Route 'unknown': connection 'elsewhere' is not configured")
            .And.NotContain("Route 'good'");
    }

    [Fact]
    public async Task Start_RoutesWhoseDeadLettersComeBack_NamesEachCircleOnce()
    {
        var start = () => StartDeadLetterRoutesAsync(
            Sender("one", "a,b", "c"), Sender("two", "c", "b"), Sender("three", "c,d", "e"), Sender("four", "e", "f"), Sender("five", "f", "d"),
            Sender("end", "b", "nobody-reads-it"));

        var text = (await start.Should().ThrowAsync<Exception>()).Which.InnerException!.Message;

        text.Should().Contain("Route 'one': dead letters would go round for ever: 'c' goes to route 'two', 'b' goes to route 'one'. ")
            .And.Contain("Route 'five': dead letters would go round for ever: 'd' goes to route 'three', 'e' goes to route 'four', 'f' goes to route 'five'. ");
        text.Split("round for ever").Should().HaveCount(3, "each circle is told once");
        text.Should().NotContain("'end'");
    }

    [Fact]
    public async Task Reload_RoutesWhoseDeadLettersComeBack_KeepsWhatThereWas()
    {
        await using var gateway = await StartDeadLetterRoutesAsync(Sender("one", "a", "c"), Sender("two", "c", "d"));

        gateway.Reload(Sender("one", "a", "c"), Sender("two", "c", "a"));

        await Eventually.UntilAsync(() => gateway.Logs.ToString().Contains("'c' goes to route 'two', 'a' goes to route 'one'"), "the log says so");
        gateway.Reload(Sender("one", "a", "c"), Sender("two", "c", "e"), Sender("three", "new", "f"));
        await Eventually.UntilAsync(
            async () => (await gateway.Client.GetAsync("/three?wait=0", TestContext.Current.CancellationToken)).StatusCode != HttpStatusCode.NotFound,
            "a reload without a circle");
    }

    [Fact]
    public async Task Start_DeadLettersThatEndSomewhere_IsFine()
    {
        // Topics of one name are not the same on other brokers, and what sends no dead letters sends none back.
        await using var gateway = await StartDeadLetterRoutesAsync(
            Sender("one", "a", "b"),
            Sender("two", "b", "c"),
            Sender("elsewhere", "b", "a", ("BootstrapServers", "127.0.0.1:1")),
            Gateway.Route("reads", "/reads", "b,c", ("ConsumerGroup.Mode", "random")));

        gateway.Logs.ToString().Should().NotContain("round for ever");
    }

    private static RouteConfig Sender(string id, string topics, string deadLetters, params (string, string)[] settings) =>
        Gateway.Route(id, $"/{id}", topics, [("CommitStrategy", "client-acks"), ("EnableDlq", "true"), ("DlqTopic", deadLetters), .. settings]);

    private Task<Gateway> StartDeadLetterRoutesAsync(params RouteConfig[] routes) => Gateway.StartAsync(embedded.Kafka.BootstrapServers, routes);

    private Task<Gateway> StartAsync(string json) => Gateway.StartAsync(new GatewayOptions
    {
        BootstrapServers = embedded.Kafka.BootstrapServers,
        Load = (proxy, _) => proxy.LoadFromConfig(new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)))
            .Build()
            .GetSection("ReverseProxy")),
    });

    private sealed class OwnProvider(params RouteConfig[] routes) : IProxyConfigProvider, IProxyConfig
    {
        public IReadOnlyList<RouteConfig> Routes => routes;

        public IReadOnlyList<ClusterConfig> Clusters => [];

        public IChangeToken ChangeToken { get; } = new CancellationChangeToken(CancellationToken.None);

        public IProxyConfig GetConfig() => this;
    }
}
