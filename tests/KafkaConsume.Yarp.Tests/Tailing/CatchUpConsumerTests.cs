using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tailing;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaConsume.Yarp.Tests.Tailing;

public sealed class CatchUpConsumerTests(EmbeddedKafkaFixture embedded)
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task ReadAsync_TailHasMovedOnBetweenPieces_ReadsEveryRecordOnce(long second)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka, partitions: 2);
        await topic.ProduceManyAsync(0, 0, 30);
        await topic.ProduceManyAsync(1, 0, 30);
        var map = new PartitionMap([new TopicPartitions(topic.Name, Guid.Empty, 2)]);
        using var consumer = CreateConsumer();
        var log = new ReadLog();

        // The second partition is where the tail begins, at once or soon, while the first is still being read; then the tail moves on in both.
        long[] positions = [0, second];
        long[] until = [20, 5];
        var pieces = 0;
        while (positions[0] < 30 || positions[1] < 30)
        {
            var piece = await consumer.ReadAsync(new CatchUpRequest(map, TailPieces.Spec, [.. positions], until) { MaxBytes = 300 });
            piece.Problem.Should().BeNull();
            TailPieces.Read(piece, map, positions, log);
            positions.Should().Equal(piece.To);
            piece.Release();
            pieces++;
            if (positions[0] > 15)
            {
                until = [30, 30];
            }

            pieces.Should().BeLessThan(200, "a client that is behind must get on");
        }

        log.ShouldBe((topic.Name, 0), Enumerable.Range(0, 30));
        log.ShouldBe((topic.Name, 1), Enumerable.Range((int)second, 30 - (int)second));
    }

    /// <summary>Behind the end of its share a partition's records are passed over, and wanted after all when the tail has moved on.</summary>
    [Fact]
    public async Task ReadAsync_TailHasMovedOnFromAPartitionThatWasDone_ReadsWhatWasPassedOver()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka, partitions: 2);
        await topic.ProduceManyAsync(0, 0, 30);
        await topic.ProduceManyAsync(1, 0, 600, padding: 1000);
        var map = new PartitionMap([new TopicPartitions(topic.Name, Guid.Empty, 2)]);
        using var consumer = CreateConsumer();
        var log = new ReadLog();

        // The first partition is done in the midst of the pieces, with all its records fetched and the second far from its end.
        long[] positions = [0, 0];
        long[] until = [10, 600];
        for (var pieces = 0; positions[0] < 30 || positions[1] < 600; pieces++)
        {
            pieces.Should().BeLessThan(200, "a client that is behind must get on");
            var piece = await consumer.ReadAsync(new CatchUpRequest(map, TailPieces.Spec, [.. positions], until) { MaxBytes = 50_000 });
            piece.Problem.Should().BeNull();
            TailPieces.Read(piece, map, positions, log);
            piece.Release();
            if (positions[0] == 10)
            {
                positions[1].Should().BeLessThan(600);
                until = [30, 600];
            }
        }

        log.ShouldBe((topic.Name, 0), Enumerable.Range(0, 30));
        log.ShouldBe((topic.Name, 1), Enumerable.Range(0, 600));
    }

    [Fact]
    public async Task ReadAsync_UntilTheTail_DoesNotReadWhatTheTailHas()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await topic.ProduceManyAsync(0, 0, 10);
        var map = new PartitionMap([new TopicPartitions(topic.Name, Guid.Empty, 1)]);
        using var consumer = CreateConsumer();
        long[] positions = [3];

        var log = new ReadLog();
        while (positions[0] < 7)
        {
            var piece = await consumer.ReadAsync(new CatchUpRequest(map, TailPieces.Spec, [.. positions], [7]));
            TailPieces.Read(piece, map, positions, log);
            piece.Release();
        }

        log.ShouldBe((topic.Name, 0), Enumerable.Range(3, 4));
        positions.Should().Equal(7);
    }

    /// <summary>The offsets that a client wants are those of records that are gone, whatever the new topic has there.</summary>
    [Fact]
    public async Task ReadAsync_TopicMadeAnew_GivesNothingOfTheNewOneToWhoeverReadsTheOld()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await topic.ProduceManyAsync(0, 0, 5);
        using var cluster = new Yarp.Consuming.KafkaCluster(Connection(), TimeSpan.FromSeconds(30), NullLogger.Instance);
        var old = await cluster.DescribeAsync([topic.Name]);
        using var consumer = CreateConsumer();
        (await ReadAsync(consumer, old, 0, 5)).Should().Be(5);

        await embedded.Kafka.DeleteTopicAsync(topic.Name);
        await embedded.Kafka.CreateTopicAsync(topic.Name);
        using var anew = Topic.Open(embedded.Kafka, topic.Name);
        await anew.ProduceManyAsync(0, 100, 20);

        // The old topic's reader gets nothing, however often it asks, and the new one's everything, both from the same consumer.
        KafkaProblem? problem = null;
        await Eventually.UntilAsync(
            async () =>
            {
                var piece = await consumer.ReadAsync(new CatchUpRequest(old, TailPieces.Spec, [5], [20]));
                piece.To.Should().Equal(5);
                problem = piece.Problem;
                piece.Release();
                return problem is not null;
            },
            "a problem to be told");
        problem!.IsUnavailable.Should().BeTrue("its clients attach to the new topic by and by");
        (await ReadAsync(consumer, await cluster.DescribeAsync([topic.Name]), 0, 20)).Should().Be(20);
    }

    private static async Task<int> ReadAsync(CatchUpConsumer consumer, PartitionMap map, long from, long until)
    {
        var log = new ReadLog();
        long[] positions = [from];
        while (positions[0] < until)
        {
            var piece = await consumer.ReadAsync(new CatchUpRequest(map, TailPieces.Spec, [.. positions], [until]));
            TailPieces.Read(piece, map, positions, log);
            piece.Release();
        }

        return log.Count;
    }

    private CatchUpConsumer CreateConsumer()
    {
        var memory = TailMemory.Of(new KafkaTailOptions(), TimeProvider.System);
        return new CatchUpConsumer(Connection(), isPortable: false, memory, NullLogger.Instance);
    }

    private KafkaConnection Connection()
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = embedded.Kafka.BootstrapServers,
            ["fetch.wait.max.ms"] = "10",
        };
        return new KafkaConnection("kafka", properties, "key");
    }
}
