using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>A topic gets more partitions, for which the in-process cluster has no request: everybody gets them from their beginning.</summary>
public sealed class PartitionsAddedTests(RealKafkaFixture kafka)
{
    private const int Records = 20;

    [Fact]
    public async Task Streams_PartitionsAdded_ReadThemFromTheirBeginning()
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync(), partitions: 2);
        await using var gateway = await StartAsync(topic);
        await ProduceAsync(topic, first: 0, partitions: [0, 1]);
        await using var sse = await LiveReader.StartAsync(gateway.Address, Transport.ServerSentEvents, "/auto?from=earliest");
        await using var socket = await LiveReader.StartAsync(gateway.Address, Transport.WebSocket, "/auto?from=earliest");
        await using var latest = await LiveReader.StartAsync(gateway.Address, Transport.ServerSentEvents, "/auto?from=latest");
        await using var chosen = await LiveReader.StartAsync(gateway.Address, Transport.WebSocket, "/auto?from=earliest&partitions=1");
        LiveReader[] all = [sse, socket];
        await Task.WhenAll(all.Select(reader => reader.UntilAsync(2 * Records)));
        await Eventually.UntilAsync(() => latest.Cursor is not null, "a position at the end");

        // What is produced before the gateway has seen the new partitions is theirs too.
        await AddAsync(topic, partitions: 4);
        using var grown = Topic.Open(topic.Kafka, topic.Name);
        await ProduceAsync(grown, first: 0, partitions: [2, 3]);
        await ProduceAsync(grown, first: Records, partitions: [0, 1, 2, 3]);

        await Task.WhenAll(all.Select(reader => reader.UntilAsync(8 * Records)));
        foreach (var reader in all)
        {
            reader.Log().ShouldBeAllOf(topic.Name, partitions: 4, 2 * Records);
            reader.Gaps.Should().BeEmpty();
        }

        await latest.UntilAsync(6 * Records);
        var log = latest.Log();
        Array.ForEach([0, 1], partition => log.ShouldBe((topic.Name, partition), Enumerable.Range(Records, Records)));
        Array.ForEach([2, 3], partition => log.ShouldBe((topic.Name, partition), Enumerable.Range(0, 2 * Records)));
        await chosen.UntilAsync(2 * Records);
        chosen.Log().ShouldBeAllOf(topic.Name, partitions: 1, 2 * Records);
    }

    [Theory]
    [InlineData(Transport.ServerSentEvents)]
    [InlineData(Transport.WebSocket)]
    [InlineData(Transport.Get)]
    public async Task Cursor_OfFewerPartitions_GoesOnAndReadsTheNewOnesFromTheirBeginning(Transport transport)
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync(), partitions: 2);
        await using var gateway = await StartAsync(topic);
        await ProduceAsync(topic, first: 0, partitions: [0, 1]);
        var before = await Page.GetAsync(gateway.Client, $"/auto?from=earliest&max={Records + 7}");
        var log = new ReadLog();
        before.Records.ToList().ForEach(record => log.Add(record!));

        await AddAsync(topic, partitions: 3);
        using var grown = Topic.Open(topic.Kafka, topic.Name);
        await ProduceAsync(grown, first: 0, partitions: [2]);
        await ProduceAsync(grown, first: Records, partitions: [0, 1, 2]);

        var rest = (6 * Records) - log.Count;
        var path = $"/auto?cursor={before.Cursor}";
        if (transport == Transport.Get)
        {
            (await Page.GetManyAsync(gateway.Client, path, rest)).ToList().ForEach(record => log.Add(record!));
        }
        else
        {
            await using var reader = await LiveReader.StartAsync(gateway.Address, transport, path);
            await reader.UntilAsync(rest);
            reader.Records.ToList().ForEach(log.Add);
            reader.Gaps.Should().BeEmpty();
        }

        log.ShouldBeAllOf(topic.Name, partitions: 3, 2 * Records);
    }

    private static Task AddAsync(Topic topic, int partitions) => new KafkaAdmin(topic.Kafka.BootstrapServers).AddPartitionsAsync(topic.Name, partitions);

    private static Task ProduceAsync(Topic topic, int first, params int[] partitions) =>
        Task.WhenAll(partitions.Select(partition => topic.ProduceManyAsync(partition, first, Records)));

    private static Task<Gateway> StartAsync(Topic topic) => Gateway.StartAsync(new GatewayOptions
    {
        BootstrapServers = topic.Kafka.BootstrapServers,
        Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("HeartbeatInterval", "00:00:01"))],
        KafkaConsume = options => options.TopicWatchInterval = TimeSpan.FromSeconds(2),
    });
}
