using System.Text;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Consuming;

/// <summary>What only Apache Kafka can do: transactions, compaction, timestamps of its own, a broker that hangs. On both ways to read.</summary>
public sealed class RecordReaderOnKafkaTests(RealKafkaFixture kafka)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Take_Transactions_GivesWhatWasCommittedAndNoMarks(bool isPortable)
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync());
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            TransactionalId = topic.Name,
        }).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(Eventually.Patience);
        using var reader = new TestReader(topic.Kafka.BootstrapServers, isPortable);
        await reader.AssignAsync((topic.Name, 0, 0));

        var expected = new List<(long, string)>();
        var offset = 0L;
        for (var turn = 0; turn < 20; turn++)
        {
            var isCommitted = turn % 3 == 0;
            producer.BeginTransaction();
            for (var index = 0; index < 3; index++, offset++)
            {
                await producer.ProduceAsync(topic.Name, new Message<Null, string> { Value = $"{turn}.{index}" }, TestContext.Current.CancellationToken);
                if (isCommitted)
                {
                    expected.Add((offset, $"{turn}.{index}"));
                }
            }

            offset++; // The mark.
            if (isCommitted)
            {
                producer.CommitTransaction(Eventually.Patience);
            }
            else
            {
                producer.AbortTransaction(Eventually.Patience);
            }
        }

        await Eventually.UntilAsync(() => reader.Ends.Any(end => end.Next == offset), "the end behind the last mark");
        reader.Records.Select(record => (record.Offset, record.Text)).Should().Equal(expected);
        reader.Failures.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Take_CompactedTopic_GivesWhatIsLeftAcrossTheHoles(bool isPortable)
    {
        await using var own = await KafkaCluster.StartAsync();
        const string name = "compacted";
        await own.CreateTopicAsync(name, 1, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["cleanup.policy"] = "compact",
            ["segment.ms"] = "100",
            ["min.cleanable.dirty.ratio"] = "0.001",
            ["max.compaction.lag.ms"] = "100",
        });
        using var topic = Topic.Open(own, name);
        var rounds = 0;
        var left = new List<(long, string)>();
        await Eventually.UntilAsync(
            async () =>
            {
                // The last segment is never compacted, so each round makes one more.
                for (var key = 0; key < 5; key++)
                {
                    await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = [(byte)key], Value = Encoding.UTF8.GetBytes($"{rounds}.{key}") });
                }

                rounds++;
                left = await ReadAllAsync(own, name, 5L * rounds, isPortable: !isPortable);
                return left.Count < 5 * rounds;
            },
            "Kafka to have compacted");

        using var reader = new TestReader(own.BootstrapServers, isPortable);
        await reader.AssignAsync((name, 0, 0));
        await Eventually.UntilAsync(() => reader.Ends.Count > 0, "the end");

        reader.Ends[0].Next.Should().Be(5L * rounds);
        var offsets = reader.Records.Select(record => record.Offset).ToList();
        offsets.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        offsets.Should().HaveCountLessThan(5 * rounds, "there are holes");
        offsets.TakeLast(5).Should().Equal(Enumerable.Range(5 * (rounds - 1), 5).Select(offset => (long)offset));
        reader.Records.Select(record => (record.Offset, record.Text)).Should().BeSubsetOf(left, "compaction may have gone on since");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Take_TopicWithKafkasOwnTimestamps_GivesThose(bool isPortable)
    {
        await using var own = await KafkaCluster.StartAsync();
        await own.CreateTopicAsync("appended", 1, new Dictionary<string, string>(StringComparer.Ordinal) { ["message.timestamp.type"] = "LogAppendTime" });
        using var topic = Topic.Open(own, "appended");
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Timestamp = new Timestamp(1, TimestampType.CreateTime) });

        using var reader = new TestReader(own.BootstrapServers, isPortable);
        await reader.AssignAsync(("appended", 0, 0));
        await reader.UntilAsync(1);

        reader.Records[0].TimestampMs.Should().BeInRange(before, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_BrokerThatIsKilledAndComesBack_IsReadFromWithoutGap(bool isPortable)
    {
        await using var own = await KafkaCluster.StartAsync();
        using var topic = await Topic.CreateAsync(own, partitions: 3);
        for (var partition = 0; partition < 3; partition++)
        {
            await topic.ProduceManyAsync(partition, 0, 100);
        }

        using var reader = new TestReader(own.BootstrapServers, isPortable);
        await reader.AssignAsync((topic.Name, 0, 0), (topic.Name, 1, 0), (topic.Name, 2, 0));
        await reader.UntilAsync(300);

        await own.Brokers[0].KillAsync();
        await Eventually.UntilAsync(() => !reader.Errors.IsEmpty, "the outage to be noticed");
        await own.StartAsync();
        for (var partition = 0; partition < 3; partition++)
        {
            await topic.ProduceManyAsync(partition, 100, 100);
        }

        await reader.UntilAsync(600);
        foreach (var group in reader.Records.GroupBy(record => record.Partition))
        {
            group.Select(record => record.Offset).Should().Equal(Enumerable.Range(0, 200).Select(offset => (long)offset));
        }
    }

    private static async Task<List<(long Offset, string Value)>> ReadAllAsync(KafkaCluster kafka, string topic, long end, bool isPortable)
    {
        using var reader = new TestReader(kafka.BootstrapServers, isPortable);
        await reader.AssignAsync((topic, 0, 0));
        await Eventually.UntilAsync(() => reader.Ends.Any(found => found.Next >= end), "the end");
        return [.. reader.Records.Select(record => (record.Offset, record.Text))];
    }
}
