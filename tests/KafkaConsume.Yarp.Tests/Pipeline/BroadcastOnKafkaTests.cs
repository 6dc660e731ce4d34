using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What only Apache Kafka can do: transactions, offsets by time, and more partitions for a topic that is there.</summary>
public sealed class BroadcastOnKafkaTests(RealKafkaFixture kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Transactions_AbortedRecords_AreNotDelivered()
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync());
        await using var gateway = await StartAsync(topic);
        using var producer = CreateProducer(topic);
        await using var live = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var liveSocket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");

        Transact(producer, topic, commit: true, "one", "two");
        Transact(producer, topic, commit: false, "aborted one", "aborted two");
        Transact(producer, topic, commit: true, "three");
        await topic.ProduceAsync(0, "four");

        string[] expected = ["one", "two", "three", "four"];
        (await live.TakeValuesAsync(4)).Should().Equal(expected);
        (await liveSocket.TakeValuesAsync(4)).Should().Equal(expected);
        await using var past = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        (await past.TakeValuesAsync(4)).Should().Equal(expected);
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=earliest", 4)).Should().Equal(expected);
    }

    [Fact]
    public async Task Transactions_OpenOne_HoldsBackWhatComesBehindItUntilItEnds()
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync());
        await using var gateway = await StartAsync(topic);
        using var producer = CreateProducer(topic);
        await using var live = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        producer.BeginTransaction();
        await producer.ProduceAsync(topic.Name, Message("held"), TestContext.Current.CancellationToken);
        await topic.ProduceAsync(0, "behind");
        (await Page.GetAsync(gateway.Client, "/auto?from=earliest&wait=1")).Records.Should().BeEmpty();

        producer.CommitTransaction(Patience);

        (await live.TakeValuesAsync(2)).Should().Equal("held", "behind");
    }

    [Fact]
    public async Task Cursor_AtTheMarksOfTransactions_PassesThem()
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync());
        await using var gateway = await StartAsync(topic);
        using var producer = CreateProducer(topic);
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        var next = await sse.AwaitFirstIdAsync();
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        await socket.NextAsync();
        var before = sse.LastEventId;

        Transact(producer, topic, commit: false, "aborted one", "aborted two");

        await Eventually.UntilAsync(() => sse.LastEventId != before, "an id behind the aborted records");
        var frame = await socket.NextAsync();
        ((string?)frame!["type"]).Should().Be("heartbeat");
        ((string?)frame["cursor"]).Should().Be(sse.LastEventId);

        // Retention takes what the clients had no use for: they must not hear of a gap.
        await topic.Kafka.DeleteRecordsAsync(topic.Name, 0, beforeOffset: 3);
        await topic.ProduceAsync(0, "one");
        await using var again = await SseClient.ConnectAsync(gateway.Client, "/auto", sse.LastEventId);
        (await again.TakeValuesAsync(1)).Should().Equal("one");
        (await Page.GetValuesAsync(gateway.Client, $"/auto?cursor={frame["cursor"]}", 1)).Should().Equal("one");
        ((string?)JsonNode.Parse((await next)!.Value.Data)!["value"]).Should().Be("one");
    }

    [Fact]
    public async Task Cursor_OfABatchThatEndsBeforeMarks_IsNotStuckThere()
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync());
        using var producer = CreateProducer(topic);
        Transact(producer, topic, commit: true, "one");
        Transact(producer, topic, commit: false, "aborted");
        await using var gateway = await StartAsync(topic);

        var first = await Page.GetAsync(gateway.Client, "/auto?from=earliest");
        var second = await Page.GetAsync(gateway.Client, first.Next + "&wait=1");
        await topic.ProduceAsync(0, "two");

        first.Values.Should().Equal("one");
        second.Records.Should().BeEmpty();
        (await Page.GetValuesAsync(gateway.Client, second.Next.Replace("wait=1", "wait=20", StringComparison.Ordinal), 1)).Should().Equal("two");
    }

    [Fact]
    public async Task From_ATime_BeginsWithTheFirstRecordOfThatTime()
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync(), partitions: 2);
        var start = new DateTime(2026, 1, 31, 8, 0, 0, DateTimeKind.Utc);
        for (var minute = 0; minute < 5; minute++)
        {
            await topic.ProduceAsync(
                new Message<byte[]?, byte[]?>
                {
                    Value = Encoding.UTF8.GetBytes($"m{minute}"),
                    Timestamp = new Timestamp(start.AddMinutes(minute)),
                },
                minute % 2);
        }

        await using var gateway = await StartAsync(topic);

        (await Page.GetValuesAsync(gateway.Client, "/auto?from=2026-01-31T08:03:00Z", 2)).Should().BeEquivalentTo("m3", "m4");
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=2026-01-31T09:02:30.5%2B01:00", 2)).Should().BeEquivalentTo("m3", "m4");
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=2026-01-31T09:03:00+01:00", 2)).Should().BeEquivalentTo("m3", "m4");
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=1960-01-01T00:00:00Z", 5)).Should().HaveCount(5);
        (await Page.GetAsync(gateway.Client, "/auto?wait=0&from=" + start.AddYears(50).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)))
            .Records.Should().BeEmpty();
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=2026-01-31T08:03:00Z");
        (await sse.TakeValuesAsync(2)).Should().BeEquivalentTo("m3", "m4");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=2026-01-31T08:03:00Z");
        (await socket.TakeValuesAsync(2)).Should().BeEquivalentTo("m3", "m4");
    }

    [Fact]
    public async Task Partitions_AddedWhileReading_AreReadFromTheirBeginning()
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync());
        await using var gateway = await StartAsync(topic);
        await topic.ProduceAsync(0, "one");
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        (await sse.TakeValuesAsync(1)).Should().Equal("one");
        var cursor = sse.LastEventId;

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = topic.Kafka.BootstrapServers }).Build();
        await admin.CreatePartitionsAsync([new Confluent.Kafka.Admin.PartitionsSpecification { Topic = topic.Name, IncreaseTo = 2 }]);
        using var later = Topic.Open(topic.Kafka, topic.Name);
        await later.ProduceAsync(1, "two");
        await later.ProduceAsync(0, "three");

        (await sse.TakeValuesAsync(2)).Should().BeEquivalentTo("two", "three");
        (await Page.GetValuesAsync(gateway.Client, $"/auto?cursor={cursor}", 2)).Should().BeEquivalentTo("two", "three");
    }

    private static Task<Gateway> StartAsync(Topic topic) => Gateway.StartAsync(new GatewayOptions
    {
        BootstrapServers = topic.Kafka.BootstrapServers,
        Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"))],
        KafkaConsume = options => options.TopicWatchInterval = TimeSpan.FromMilliseconds(200),
    });

    private static IProducer<byte[]?, byte[]?> CreateProducer(Topic topic)
    {
        var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            TransactionalId = $"tx-{Guid.NewGuid():N}",
            LingerMs = 0,
        }).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(Patience);
        return producer;
    }

    private static void Transact(IProducer<byte[]?, byte[]?> producer, Topic topic, bool commit, params string[] values)
    {
        producer.BeginTransaction();
        foreach (var value in values)
        {
            producer.Produce(topic.Name, Message(value));
        }

        // Whatever is to be aborted has to be in Kafka first, or there would be nothing to hide.
        producer.Flush(Patience);
        if (commit)
        {
            producer.CommitTransaction(Patience);
        }
        else
        {
            producer.AbortTransaction(Patience);
        }
    }

    private static Message<byte[]?, byte[]?> Message(string value) => new() { Value = Encoding.UTF8.GetBytes(value) };
}
