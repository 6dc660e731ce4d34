using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.AspNetCore.Connections.Features;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What the clients of a group see, whatever the cluster.</summary>
public abstract class GroupScenarios
{
    protected abstract Task<ITestKafka> KafkaAsync();

    [Fact]
    public async Task Get_Earliest_GivesEveryRecordOnceInOrder()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 25);
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Earliest(topic));

        var values = await ReadAsync(gateway.Client, "/get?max=10&wait=20", 25);

        values.Should().Equal(Enumerable.Range(0, 25).Select(number => $"v{number}"));
    }

    [Fact]
    public async Task Get_TwoClients_ShareTheRecords()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 2);
        await topic.ProduceManyAsync(0, 0, 100);
        await topic.ProduceManyAsync(1, 100, 100);
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Earliest(topic));
        var seen = new System.Collections.Concurrent.ConcurrentBag<string>();

        async Task ClientAsync()
        {
            while (seen.Count < 200)
            {
                (await GetAsync(gateway.Client, "/get?max=7&wait=1")).ForEach(seen.Add);
            }
        }

        await Task.WhenAll(ClientAsync(), ClientAsync()).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        seen.Should().BeEquivalentTo(Enumerable.Range(0, 200).Select(number => $"v{number}"));
    }

    [Fact]
    public async Task Get_NewGroupFromLatest_SkipsNothingBetweenPolls()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceAsync(0, "before the group");
        var route = Group(topic, ("ConsumerGroup.Mode", "manual"), ("ConsumerGroup.Id", $"g-{topic.Name}"));
        await using (var first = await Gateway.StartAsync(topic.Kafka.BootstrapServers, route))
        {
            (await GetAsync(first.Client, "/get?wait=2")).Should().BeEmpty();
        }

        await topic.ProduceAsync(0, "while nobody polls");
        await using var second = await Gateway.StartAsync(topic.Kafka.BootstrapServers, route);

        (await ReadAsync(second.Client, "/get?wait=10", 1)).Should().Equal("while nobody polls");
    }

    [Fact]
    public async Task Get_Auto_GoesOnBehindTheLastAnswerAfterARestart()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 20);
        List<string> seen;
        await using (var first = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Earliest(topic)))
        {
            seen = await ReadAsync(first.Client, "/get?max=10&wait=10", 10);
            await first.StopAsync();
        }

        await using var second = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Earliest(topic));
        seen.AddRange(await ReadAsync(second.Client, "/get?max=10&wait=10", 10));

        seen.Should().Equal(Enumerable.Range(0, 20).Select(number => $"v{number}"));
    }

    [Fact]
    public async Task Get_Off_RepeatsAfterARestart()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 10);
        var route = Earliest(topic, ("CommitStrategy", "off"));
        await using (var first = await Gateway.StartAsync(topic.Kafka.BootstrapServers, route))
        {
            (await ReadAsync(first.Client, "/get?max=5&wait=10", 10)).Should().HaveCount(10).And.OnlyHaveUniqueItems();
            await first.StopAsync();
        }

        await using var second = await Gateway.StartAsync(topic.Kafka.BootstrapServers, route);

        (await ReadAsync(second.Client, "/get?max=10&wait=10", 10)).Should().StartWith("v0");
    }

    [Fact]
    public async Task Get_WaitsForARecord()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Earliest(topic));
        (await GetAsync(gateway.Client, "/get?wait=1")).Should().BeEmpty();

        var waiting = GetAsync(gateway.Client, "/get?wait=30");
        await topic.ProduceAsync(0, "at last");

        (await waiting).Should().Equal("at last");
    }

    [Fact]
    public async Task Get_ClientGoneWhileTheAnswerIsWritten_AnotherClientGetsTheRecords()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        var large = new string('x', 900_000);
        await topic.ProduceAsync(0, [.. Enumerable.Range(0, 4).Select(number => $"{number}:{large}")]);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Earliest(topic, ("BatchMaxBytes", "20000000"))],
            Kestrel = kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Use(next => connection =>
            {
                connection.Features.Get<IConnectionSocketFeature>()!.Socket.SendBufferSize = 8192;
                return next(connection);
            })),
        });
        using (var socket = new TcpClient { ReceiveBufferSize = 8192 })
        {
            // One record is more than the buffers of both ends hold, and nobody reads it.
            await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /get HTTP/1.1\r\nHost: x\r\n\r\n"), TestContext.Current.CancellationToken);
            (await socket.GetStream().ReadAsync(new byte[100], TestContext.Current.CancellationToken)).Should().BePositive();
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        var values = await ReadAsync(gateway.Client, "/get?wait=10", 4);

        values.Select(value => value[..value.IndexOf(':', StringComparison.Ordinal)]).Should().BeEquivalentTo(Enumerable.Range(0, 4).Select(number => $"{number}"));
    }

    [Fact]
    public async Task Get_RecordLargerThanMaxBytes_IsGivenAllTheSame()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceAsync(0, "small", new string('x', 5000), "last");
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Earliest(topic));

        var values = await ReadAsync(gateway.Client, "/get?maxBytes=1000&wait=10", 3);

        values.Select(value => value.Length).Should().Equal(5, 5000, 4);
    }

    [Fact]
    public async Task Get_UnknownTopic_Is404()
    {
        var kafka = await KafkaAsync();
        await using var gateway = await Gateway.StartAsync(kafka.BootstrapServers, Gateway.Route("get", "/get", $"none-{Guid.NewGuid():N}"));

        using var response = await gateway.Client.GetAsync("/get?wait=20", TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.NotFound, gateway.Logs.ToString());
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["type"]!
            .GetValue<string>().Should().EndWith("/topic-not-found");
    }

    private static RouteConfig Earliest(Topic topic, params (string, string)[] settings) =>
        Group(topic, [("AutoOffsetReset", "earliest"), .. settings]);

    // The in-process cluster lets a group rest for a session timeout when a member has left it.
    private static RouteConfig Group(Topic topic, params (string, string)[] settings) => Gateway.Route("get", "/get", topic.Name, topic.Kafka.IsReal
        ? settings
        : [.. settings, ("Config.session.timeout.ms", "2000"), ("Config.heartbeat.interval.ms", "200")]);

    private static async Task<List<string>> ReadAsync(HttpClient client, string path, int count)
    {
        var values = new List<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (values.Count < count && !patience.IsCancellationRequested)
        {
            values.AddRange(await GetAsync(client, path));
        }

        return values;
    }

    private static async Task<List<string>> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.Should().Be(HttpStatusCode.OK, text);
        return [.. JsonNode.Parse(text)!.AsArray().Select(record => (string)record!["value"]!)];
    }
}
