using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Gateways that stop, and routes that change under their clients.</summary>
public sealed class LifecycleTests(EmbeddedKafkaFixture embedded)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Stop_OpenStreams_EndsThemSoonAndProperly()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route("auto", topic));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        var end = await sse.AwaitFirstIdAsync();
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        var closed = socket.ReadToCloseAsync();
        var batch = Page.GetAsync(gateway.Client, "/auto?wait=25");
        await Page.GetAsync(gateway.Client, "/auto?wait=0");
        var watch = Stopwatch.StartNew();

        await gateway.StopAsync();

        watch.Elapsed.Should().BeLessThan(Soon);
        (await end).Should().BeNull("the body ends as it should");
        (await closed).Should().Be(WebSocketCloseStatus.EndpointUnavailable);
        (await batch).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task Stop_ClientThatDoesNotRead_IsNotWaitedFor()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka, partitions: 4);
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route("auto", topic));
        using var slow = await RawConnection.GetAsync(gateway, "/auto", receiveBuffer: 4096, "Accept: text/event-stream");
        await slow.ReadUntilAsync("\nid: ");
        using var fast = await WebSocketClient.ConnectAsync(gateway, "/auto");
        var value = Encoding.ASCII.GetBytes(new string('s', 150_000));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number =>
            topic.ProduceAsync(new Message<byte[]?, byte[]?> { Value = value }, number % 4)));
        await fast.TakeRecordsAsync(100);
        var watch = Stopwatch.StartNew();

        await gateway.StopAsync();

        watch.Elapsed.Should().BeLessThan(Soon);
    }

    [Fact]
    public async Task Reload_RouteThatChanged_EndsItsStreamsAndAnswersAnew()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route("auto", topic));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        var end = await sse.AwaitFirstIdAsync();
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        var closed = socket.ReadToCloseAsync();

        gateway.Reload(Route("auto", topic, ("Format", "value")));

        (await end.WaitAsync(Soon, TestContext.Current.CancellationToken)).Should().BeNull();
        (await closed.WaitAsync(Soon, TestContext.Current.CancellationToken)).Should().Be((WebSocketCloseStatus)1012);
        await using var again = await SseClient.ConnectAsync(gateway.Client, "/auto", sse.LastEventId);
        await topic.ProduceAsync(0, "one");
        (await again.NextAsync())!.Value.Data.Should().Be("one");
    }

    [Fact]
    public async Task Reload_RouteThatWasRemoved_EndsItsStreamsAndIsNotFound()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route("auto", topic), Route("other", topic));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        var end = await sse.AwaitFirstIdAsync();
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        var closed = socket.ReadToCloseAsync();

        gateway.Reload(Route("other", topic));

        (await end.WaitAsync(Soon, TestContext.Current.CancellationToken)).Should().BeNull();
        (await closed.WaitAsync(Soon, TestContext.Current.CancellationToken)).Should().Be((WebSocketCloseStatus)1012);
        using var response = await gateway.Client.GetAsync("/auto", TestContext.Current.CancellationToken);
        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Reload_RouteThatIsAnsweredFromElsewhereNow_EndsItsStreams()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var upstream = await Upstream.StartAsync();
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Route("auto", topic)],
            Clusters = [upstream.Cluster()],
        });
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        var end = await sse.AwaitFirstIdAsync();

        gateway.Reload(new RouteConfig { RouteId = "auto", ClusterId = Upstream.ClusterId, Match = new RouteMatch { Path = "/auto" } });

        (await end.WaitAsync(Soon, TestContext.Current.CancellationToken)).Should().BeNull();
        (await gateway.Client.GetStringAsync("/auto", TestContext.Current.CancellationToken)).Should().Be("from upstream");
    }

    [Fact]
    public async Task Reload_RouteThatIsTheSame_KeepsItsStreams()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route("auto", topic), Route("other", topic));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        await using var other = await SseClient.ConnectAsync(gateway.Client, "/other");
        var end = await other.AwaitFirstIdAsync();

        gateway.Reload(Route("auto", topic), Route("new", topic), Route("other", topic, ("Format", "value")));
        (await end.WaitAsync(Soon, TestContext.Current.CancellationToken)).Should().BeNull("the reload has taken place");
        await topic.ProduceAsync(0, "one");

        (await sse.TakeValuesAsync(1)).Should().Equal("one");
        (await socket.TakeValuesAsync(1)).Should().Equal("one");
    }

    [Fact]
    public async Task Reload_WithErrors_KeepsWhatThereIsAndLogsThemAll()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route("auto", topic));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");

        gateway.Reload(
            Route("auto", topic, ("AutoOffsetReset", "carrier-pigeon")), Route("second", topic, ("Topic", "typo")), Route("third", topic));

        await Eventually.UntilAsync(() => gateway.Logs.ToString().Contains("carrier-pigeon", StringComparison.Ordinal), "the errors in the log");
        var logged = gateway.Logs.ToString();
        logged.Should().Contain("Route 'auto': KafkaConsume.AutoOffsetReset = 'carrier-pigeon'").And.Contain("Route 'second': KafkaConsume.Topic");
        await topic.ProduceAsync(0, "one");
        (await sse.TakeValuesAsync(1)).Should().Equal("one");
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=earliest", 1)).Should().Equal("one");
        using var response = await gateway.Client.GetAsync("/third", TestContext.Current.CancellationToken);
        response.StatusCode.Should().Be(HttpStatusCode.NotFound, "nothing of a bad configuration is used");

        gateway.Reload(Route("auto", topic), Route("third", topic));
        await Eventually.UntilAsync(
            async () => (await gateway.Client.GetAsync("/third?wait=0", TestContext.Current.CancellationToken)).IsSuccessStatusCode,
            "the next good configuration");
    }

    private static RouteConfig Route(string name, Topic topic, params (string, string)[] settings) =>
        Gateway.Route(name, "/" + name, topic.Name, [("Mode", "auto"), .. settings]);
}
