using System.Net;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Where clients may begin, and how they are told that they may not.</summary>
public abstract class SeekScenarios(Func<Task<ITestKafka>> kafka)
{
    private static readonly Transport[] Transports = Enum.GetValues<Transport>();

    [Fact]
    public async Task From_RecordsBack_IsCountedInEachPartition()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 3);
        await topic.ProduceManyAsync(0, 0, 10);
        await topic.ProduceManyAsync(1, 10, 1);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=-2");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=-2");

        (await sse.TakeValuesAsync(3)).Should().BeEquivalentTo("v8", "v9", "v10");
        (await socket.TakeValuesAsync(3)).Should().BeEquivalentTo("v8", "v9", "v10");
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=-2", 3)).Should().BeEquivalentTo("v8", "v9", "v10");
        (await Page.GetAsync(gateway.Client, "/auto?from=-0&wait=0")).Records.Should().BeEmpty();
        (await Page.GetManyAsync(gateway.Client, "/auto?from=-9223372036854775807", 11)).Should().HaveCount(11);
        (await Page.GetAsync(gateway.Client, "/auto?from=latest&wait=0")).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task AutoOffsetReset_Earliest_IsTheStartOfClientsWithoutACursor()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceAsync(0, "old");
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("AutoOffsetReset", "earliest")));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");

        (await sse.TakeValuesAsync(1)).Should().Equal("old");
        (await socket.TakeValuesAsync(1)).Should().Equal("old");
        (await Page.GetAsync(gateway.Client, "/auto")).Values.Should().Equal("old");
        (await Page.GetAsync(gateway.Client, "/auto?from=latest&wait=0")).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task From_WhereSeekingIsNotAllowed_IsRefusedAndACursorIsNot()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("AllowSeek", "false")));
        var cursor = (await Page.GetAsync(gateway.Client, "/auto?wait=0")).Cursor;
        await topic.ProduceAsync(0, "one");

        foreach (var transport in Transports)
        {
            using var refused = await Problem.AskAsync(gateway, transport, "/auto?from=earliest");
            await Problem.ReadAsync(refused, HttpStatusCode.BadRequest, "invalid-query");
        }

        (await Page.GetAsync(gateway.Client, $"/auto?cursor={cursor}")).Values.Should().Equal("one");
    }

    [Fact]
    public async Task Start_ThatCannotBe_IsRefusedOnEachTransport()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")));
        string[] queries =
        [
            "from=yesterday", "from=", "from=-", "from=-1.5", "from=--1", "from=-9223372036854775808", "from=5", "from=EARLIEST",
            "from=2026-13-01T00:00:00Z", "from=2026-01-01", "from=latest&from=earliest", "cursor=a&cursor=b", "cursor=a&from=latest",
        ];

        foreach (var transport in Transports)
        {
            foreach (var query in queries)
            {
                using var refused = await Problem.AskAsync(gateway, transport, "/auto?" + query);
                await Problem.ReadAsync(refused, HttpStatusCode.BadRequest, "invalid-query");
            }
        }
    }

    [Fact]
    public async Task Cursor_ThatIsNotOneOfTheRoute_IsRefusedOnEachTransport()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 2);
        using var other = await Topic.CreateAsync(topic.Kafka, partitions: 2);
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers,
            Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")),
            Gateway.Route("other", "/other", other.Name, ("Mode", "auto")),
            Gateway.Route("both", "/both", $"{topic.Name},{other.Name}", ("Mode", "auto")));
        var cursor = (await Page.GetAsync(gateway.Client, "/auto?from=latest&wait=0")).Cursor;
        var cursors = new List<string>
        {
            (await Page.GetAsync(gateway.Client, "/other?wait=0")).Cursor,
            (await Page.GetAsync(gateway.Client, "/both?wait=0")).Cursor,
            "",
            "%20",
            "AQAB",
            cursor[..^1],
            cursor + "A",
            cursor + "=",
        };
        for (var index = 0; index < cursor.Length; index++)
        {
            cursors.Add($"{cursor[..index]}{(cursor[index] == 'A' ? 'B' : 'A')}{cursor[(index + 1)..]}");
        }

        foreach (var transport in Transports)
        {
            foreach (var bad in cursors)
            {
                using var refused = await Problem.AskAsync(gateway, transport, "/auto?cursor=" + bad);
                await Problem.ReadAsync(refused, HttpStatusCode.BadRequest, "invalid-cursor");
            }
        }

        foreach (var bad in new[] { cursors[0], new string('A', 8193) })
        {
            using var byHeader = await SseClient.SendAsync(gateway.Client, "/auto", bad);
            await Problem.ReadAsync(byHeader, HttpStatusCode.BadRequest, "invalid-cursor");
        }

        (await Page.GetAsync(gateway.Client, $"/auto?cursor={cursor}&wait=0")).Records.Should().BeEmpty("the cursor itself is good");
    }
}

public sealed class SeekOnEmbeddedTests(EmbeddedKafkaFixture embedded) : SeekScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class SeekOnKafkaTests(RealKafkaFixture kafka) : SeekScenarios(kafka.GetAsync);
