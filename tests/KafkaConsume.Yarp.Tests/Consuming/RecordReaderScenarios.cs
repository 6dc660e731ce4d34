using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Consuming;

/// <summary>What a reader hands on, whichever way it reads and whichever cluster it reads from.</summary>
public abstract class RecordReaderScenarios(Func<Task<ITestKafka>> kafka, bool isPortable)
{
    [Fact]
    public async Task Take_KeysAndValues_ComeAsTheyWereSent()
    {
        byte[]?[] parts = [null, [], [0], "text"u8.ToArray(), [0xFF, 0x00, 0xC3, 0x28], new byte[100_000]];
        using var topic = await Topic.CreateAsync(await kafka());
        foreach (var key in parts)
        {
            foreach (var value in parts)
            {
                await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = key, Value = value });
            }
        }

        using var reader = await ReadAsync(topic);
        await reader.UntilAsync(parts.Length * parts.Length);

        for (var index = 0; index < parts.Length * parts.Length; index++)
        {
            var record = reader.Records[index];
            record.Topic.Should().Be(topic.Name);
            record.Partition.Should().Be(0);
            record.Offset.Should().Be(index);
            record.Key.Should().Equal(parts[index / parts.Length]);
            (record.Key is null).Should().Be(parts[index / parts.Length] is null);
            record.Value.Should().Equal(parts[index % parts.Length]);
            (record.Value is null).Should().Be(parts[index % parts.Length] is null);
            record.Headers.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Take_Headers_ComeInOrderWithNullAndEmptyApart()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        var large = new byte[200_000];
        new Random(1).NextBytes(large);
        await topic.ProduceAsync(0, "none");
        await topic.ProduceAsync(new Message<byte[]?, byte[]?>
        {
            Headers = new Headers
            {
                { "repeated", "1"u8.ToArray() },
                { "repeated", "2"u8.ToArray() },
                { "null", null },
                { "empty", [] },
                { "binary", [0xFF, 0x00, 0xFE] },
                { "", "no name"u8.ToArray() },
                { "日本 é", "x"u8.ToArray() },
                { "large", large },
            },
        });
        await topic.ProduceAsync(0, "none again");

        using var reader = await ReadAsync(topic);
        await reader.UntilAsync(3);

        var records = reader.Records;
        records[0].Headers.Should().BeEmpty();
        records[2].Headers.Should().BeEmpty();
        records[1].Headers.Select(header => header.Name).Should().Equal("repeated", "repeated", "null", "empty", "binary", "", "日本 é", "large");
        byte[]?[] values = ["1"u8.ToArray(), "2"u8.ToArray(), null, [], [0xFF, 0x00, 0xFE], "no name"u8.ToArray(), "x"u8.ToArray(), large];
        for (var index = 0; index < values.Length; index++)
        {
            records[1].Headers[index].Value.Should().BeEquivalentTo(values[index], "of header {0}", index);
        }
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    public async Task Take_RecordsWithAndWithoutHeaders_KeepThemApart(CompressionType compression)
    {
        int?[] sizes = [null, 0, 1, 63, 64, 8191, 8192];
        var messages = (
            from key in sizes
            from value in sizes
            from headers in Enumerable.Range(0, 3)
            select new Message<byte[]?, byte[]?> { Key = Bytes(key), Value = Bytes(value), Headers = Headers(headers) }).ToList();
        using var topic = await Topic.CreateAsync(await kafka(), compression: compression);
        var offsets = (await Task.WhenAll(messages.Select(message => topic.ProduceAsync(message)))).Select(result => result.Offset.Value);

        using var reader = await ReadAsync(topic);
        await reader.UntilAsync(messages.Count);

        var expected = offsets.Zip(messages, (offset, message) => (offset, Headers: message.Headers?.Count ?? 0)).OrderBy(pair => pair.offset);
        reader.Records.Select(record => (record.Offset, record.Headers.Count)).Should().Equal(expected);

        static byte[]? Bytes(int? size) => size is { } length ? new byte[length] : null;

        static Headers? Headers(int count) => count == 0 ? null : [.. Enumerable.Range(0, count).Select(_ => new Header("", []))];
    }

    [Fact]
    public async Task Take_Timestamps_AreTheProducersOrNone()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        long[] timestamps = [now, 1, now - 86_400_000, -1];
        foreach (var timestamp in timestamps)
        {
            await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Timestamp = new Timestamp(timestamp, TimestampType.CreateTime) });
        }

        using var reader = await ReadAsync(topic);
        await reader.UntilAsync(timestamps.Length);

        reader.Records.Select(record => record.TimestampMs).Should().Equal(timestamps);
        RecordView.NoTimestamp.Should().Be(-1);
    }

    [Fact]
    public async Task Take_SmallestAndLargestRecords_AreWhole()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        var large = new byte[1_048_000]; // A mebibyte with what Kafka puts around it.
        new Random(1).NextBytes(large);
        for (var turn = 0; turn < 3; turn++)
        {
            await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Value = large });
            await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Value = [(byte)turn] });
        }

        using var reader = await ReadAsync(topic);
        await reader.UntilAsync(6);

        var records = reader.Records;
        for (var turn = 0; turn < 3; turn++)
        {
            records[2 * turn].Value.AsSpan().SequenceEqual(large).Should().BeTrue();
            records[(2 * turn) + 1].Value.Should().Equal((byte)turn);
        }
    }

    [Fact]
    public async Task Take_ManyRecordsOfSeveralTopics_AreAllThereInOrder()
    {
        const int partitions = 3;
        const int count = 4000;
        using var one = await Topic.CreateAsync(await kafka(), partitions);
        using var other = await Topic.CreateAsync(await kafka(), partitions);
        Topic[] topics = [one, other];
        await Task.WhenAll(topics.SelectMany(topic => Enumerable.Range(0, partitions).Select(partition => topic.ProduceManyAsync(partition, 0, count))));

        using var reader = new TestReader(one.Kafka.BootstrapServers, isPortable);
        await reader.AssignAsync([.. topics.SelectMany(topic => Enumerable.Range(0, partitions).Select(partition => (topic.Name, partition, 0L)))]);
        await reader.UntilAsync(2 * partitions * count);

        var groups = reader.Records.GroupBy(record => (record.Topic, record.Partition)).ToList();
        groups.Should().HaveCount(2 * partitions);
        foreach (var group in groups)
        {
            group.Select(record => record.Offset).Should().Equal(Enumerable.Range(0, count).Select(offset => (long)offset));
            group.Select(record => record.Text).Should().Equal(Enumerable.Range(0, count).Select(number => $"v{number}"));
        }

        reader.Failures.Should().BeEmpty();
    }

    [Fact]
    public async Task TakeEnd_PartitionReadToItsEnd_IsToldEachTimeWithTheNextOffset()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 2);
        await topic.ProduceManyAsync(0, 0, 3);

        using var reader = new TestReader(topic.Kafka.BootstrapServers, isPortable);
        await reader.AssignAsync((topic.Name, 0, 1), (topic.Name, 1, 0));
        await Eventually.UntilAsync(() => reader.Ends.Count == 2, "the ends of two partitions");
        await topic.ProduceManyAsync(0, 3, 1);
        await Eventually.UntilAsync(() => reader.Ends.Count == 3, "the end behind the new record");

        reader.Ends.Should().BeEquivalentTo([(topic.Name, 0, 3L), (topic.Name, 1, 0L), (topic.Name, 0, 4L)]);
        reader.Records.Select(record => record.Offset).Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task Take_SinkThatHasEnough_GetsTheRestLater()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceManyAsync(0, 0, 200);
        using var reader = new TestReader(topic.Kafka.BootstrapServers, isPortable);
        var offsets = new List<long>();
        reader.OnRecord = offset =>
        {
            offsets.Add(offset);
            return offset % 7 != 0;
        };

        await reader.AssignAsync((topic.Name, 0, 0));
        await Eventually.UntilAsync(() => reader.Ends.Count > 0, "the end of the partition");

        offsets.Should().Equal(Enumerable.Range(0, 200).Select(offset => (long)offset));
    }

    [Fact]
    public async Task Take_SinkThatThrows_HasHadThatRecordAndNoOther()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceManyAsync(0, 0, 20);
        using var reader = new TestReader(topic.Kafka.BootstrapServers, isPortable);
        var offsets = new List<long>();
        reader.OnRecord = offset =>
        {
            offsets.Add(offset);
            return offset % 5 == 4 ? throw new ConsumeException(new ConsumeResult<byte[], byte[]>(), new Error(ErrorCode.Unknown)) : true;
        };

        await reader.AssignAsync((topic.Name, 0, 0));
        await Eventually.UntilAsync(() => reader.Ends.Count > 0, "the end of the partition");

        offsets.Should().Equal(Enumerable.Range(0, 20).Select(offset => (long)offset));
        reader.Failures.Should().HaveCount(4);
    }

    [Fact]
    public async Task Assign_InTheMiddleOfABatch_LeavesNothingOfItOver()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 2);
        await topic.ProduceManyAsync(0, 0, 500);
        await topic.ProduceManyAsync(1, 0, 5);
        using var reader = new TestReader(topic.Kafka.BootstrapServers, isPortable);
        reader.OnRecord = offset => offset < 100;
        await reader.AssignAsync((topic.Name, 0, 0));
        await Eventually.UntilAsync(() => reader.Ends.Count > 0, "the end of the partition");

        await reader.DoAsync(own =>
        {
            // What has been read ahead must be nobody's, be it here or in librdkafka.
            own.Assign([new TopicPartitionOffset(topic.Name, 0, 0)]);
            own.Wait(Eventually.Patience).Should().BeTrue();
            reader.OnRecord = null;
            own.Assign([new TopicPartitionOffset(topic.Name, 1, 2), new TopicPartitionOffset(topic.Name, 0, 498)]);
        });
        await reader.UntilAsync(5);

        reader.Records.Where(record => record.Partition == 1).Select(record => record.Offset).Should().Equal(2, 3, 4);
        reader.Records.Where(record => record.Partition == 0).Select(record => record.Offset).Should().Equal(498, 499);
    }

    [Fact]
    public async Task Take_OffsetThatKafkaDoesNotHave_FailsForItsPartitionAlone()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 2);
        await topic.ProduceManyAsync(0, 0, 3);
        await topic.ProduceManyAsync(1, 0, 50);

        using var reader = new TestReader(topic.Kafka.BootstrapServers, isPortable);
        await reader.AssignAsync((topic.Name, 0, 1000), (topic.Name, 1, 0));
        await reader.UntilAsync(50);
        await Eventually.UntilAsync(() => reader.Failures.Count > 0, "an error");

        var failure = reader.Failures.Should().ContainSingle().Subject;
        failure.Error.Code.Should().Be(ErrorCode.Local_AutoOffsetReset);
        failure.Error.IsFatal.Should().BeFalse();
        failure.Error.Reason.Should().NotBeEmpty();
        failure.ConsumerRecord.TopicPartition.Should().Be(new TopicPartition(topic.Name, 0));
        reader.Records.Should().OnlyContain(record => record.Partition == 1);

        // And reading goes on where it is told to.
        await reader.AssignAsync((topic.Name, 0, 0), (topic.Name, 1, 50));
        await reader.UntilAsync(53);
        reader.Records.Skip(50).Should().OnlyContain(record => record.Partition == 0);
    }

    [Fact]
    public async Task Take_TopicThatIsDeleted_LeavesTheOthersAlone()
    {
        using var deleted = await Topic.CreateAsync(await kafka());
        using var other = await Topic.CreateAsync(await kafka());
        await deleted.ProduceManyAsync(0, 0, 3);
        using var reader = new TestReader(other.Kafka.BootstrapServers, isPortable, QuickToMissTopics);
        await reader.AssignAsync((deleted.Name, 0, 0), (other.Name, 0, 0));
        await reader.UntilAsync(3);

        await other.Kafka.DeleteTopicAsync(deleted.Name);
        await other.ProduceManyAsync(0, 0, 500);
        await reader.UntilAsync(503);

        // librdkafka says nothing of a topic that it has been reading.
        reader.Records.Skip(3).Select(record => (record.Topic, record.Offset)).Should().Equal(Enumerable.Range(0, 500).Select(offset => (other.Name, (long)offset)));
        reader.Failures.Should().NotContain(failure => failure.ConsumerRecord.Topic != deleted.Name);
    }

    [Fact]
    public async Task AnyCall_OfAnotherThread_IsRefused()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        using var reader = new TestReader(topic.Kafka.BootstrapServers, isPortable);
        RecordReader? own = null;
        await reader.DoAsync(mine => own = mine);

        Action[] calls = [() => own!.Wait(TimeSpan.Zero), () => own!.Take(reader), () => own!.Assign([]), () => own!.Dispose()];

        foreach (var call in calls)
        {
            call.Should().Throw<InvalidOperationException>().WithMessage("*thread*");
        }
    }

    [Fact]
    public async Task Create_Kind_IsTheOneAskedFor()
    {
        using var reader = new TestReader((await kafka()).BootstrapServers, isPortable);

        await reader.DoAsync(_ => { });

        reader.Kind.Should().Be(isPortable ? typeof(PortableRecordReader) : typeof(NativeRecordReader));
    }

    private static void QuickToMissTopics(ConsumerConfig config)
    {
        config.TopicMetadataRefreshIntervalMs = 200;
        config.TopicMetadataPropagationMaxMs = 100;
    }

    private async Task<TestReader> ReadAsync(Topic topic)
    {
        var reader = new TestReader(topic.Kafka.BootstrapServers, isPortable);
        await reader.AssignAsync((topic.Name, 0, 0));
        return reader;
    }
}

public sealed class NativeReaderOnEmbeddedTests(EmbeddedKafkaFixture embedded) : RecordReaderScenarios(() => Task.FromResult(embedded.Kafka), isPortable: false);

public sealed class PortableReaderOnEmbeddedTests(EmbeddedKafkaFixture embedded) : RecordReaderScenarios(() => Task.FromResult(embedded.Kafka), isPortable: true);

public sealed class NativeReaderOnKafkaTests(RealKafkaFixture kafka) : RecordReaderScenarios(kafka.GetAsync, isPortable: false);

public sealed class PortableReaderOnKafkaTests(RealKafkaFixture kafka) : RecordReaderScenarios(kafka.GetAsync, isPortable: true);
