using System.Text;
using Confluent.Kafka;

namespace KafkaConsume.Embedded.Tests;

public sealed class RecordsTests
{
    [Fact]
    public async Task Produce_RecordWithEverything_IsConsumedAsItWas()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic", partitions: 3);
        using var producer = kafka.CreateProducer();
        var timestamp = new Timestamp(new DateTime(2024, 2, 29, 12, 30, 15, 250, DateTimeKind.Utc));
        var headers = new Headers { { "trace", "1"u8.ToArray() }, { "trace", null }, { "binary", [0xff, 0x00] } };

        var delivery = await producer.ProduceAsync(
            new TopicPartition("topic", 2),
            new Message<string, string> { Key = "key", Value = "välue", Headers = headers, Timestamp = timestamp },
            TestContext.Current.CancellationToken);

        using var consumer = kafka.CreateConsumer();
        consumer.Assign(new TopicPartitionOffset("topic", 2, 0));
        var record = consumer.Next();
        record.TopicPartitionOffset.Should().Be(delivery.TopicPartitionOffset);
        record.Message.Key.Should().Be("key");
        record.Message.Value.Should().Be("välue");
        record.Message.Timestamp.Should().Be(timestamp);
        record.LeaderEpoch.Should().Be(0);
        record.Message.Headers.Select(header => header.Key).Should().Equal("trace", "trace", "binary");
        record.Message.Headers[0].GetValueBytes().Should().Equal("1"u8.ToArray());
        record.Message.Headers[1].GetValueBytes().Should().BeNull();
        record.Message.Headers[2].GetValueBytes().Should().Equal(0xff, 0x00);
    }

    [Fact]
    public async Task Produce_Tombstone_IsConsumedAsNull()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        await kafka.ProduceAsync("topic", [null!]);

        using var reader = kafka.CreateReader("topic");

        reader.Next().Message.Value.Should().BeNull();
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Produce_CompressedBatch_IsConsumedWhole(CompressionType compression)
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        string[] values = [.. Enumerable.Range(0, 100).Select(i => $"{new string('x', 500)}{i}")];
        using var producer = kafka.CreateProducer(config =>
        {
            config.CompressionType = compression;
            config.LingerMs = 50;
        });
        await Task.WhenAll(values.Select(value => producer.ProduceAsync("topic", new Message<string, string> { Value = value })));

        using var reader = kafka.CreateReader("topic");

        reader.Next(values.Length).Should().Equal(values);
    }

    [Fact]
    public async Task Produce_Idempotently_KeepsTheOrder()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        using var producer = kafka.CreateProducer(config => config.EnableIdempotence = true);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => producer.ProduceAsync("topic", new Message<string, string> { Value = $"{i}" })));

        using var reader = kafka.CreateReader("topic");
        reader.Next(20).Should().Equal(Enumerable.Range(0, 20).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Produce_InTransaction_IsConsumed()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        using var producer = kafka.CreateProducer(config => config.TransactionalId = "transaction");

        producer.InitTransactions(Clients.Deadline);
        producer.BeginTransaction();
        await producer.ProduceAsync("topic", new Message<string, string> { Value = "a" }, TestContext.Current.CancellationToken);
        producer.CommitTransaction(Clients.Deadline);

        using var reader = kafka.CreateReader("topic");
        reader.Next().Message.Value.Should().Be("a");
    }

    [Fact]
    public async Task Produce_MoreThanAPartitionKeeps_DropsTheOldest()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        var value = new string('x', 512 * 1024);
        await kafka.ProduceAsync("topic", [.. Enumerable.Repeat(value, 15)]);

        using var consumer = kafka.CreateConsumer();
        var watermarks = consumer.QueryWatermarkOffsets(new TopicPartition("topic", 0), Clients.Deadline);

        watermarks.High.Value.Should().Be(15);
        watermarks.Low.Value.Should().BeInRange(4, 6, "5 MiB hold at most ten records of half a MiB");
    }

    [Fact]
    public async Task Consume_NewRecordWithShortFetchWait_ComesAtOnce()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        using var reader = kafka.CreateReader("topic");
        reader.Consume(TimeSpan.FromMilliseconds(200)).Should().BeNull();

        await kafka.ProduceAsync("topic", "a", "b", "c");

        reader.Next(3).Should().Equal("a", "b", "c");
    }

    [Fact]
    public async Task Headers_OfText_AreBytes()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        using var producer = kafka.CreateProducer();
        var headers = new Headers { { "name", Encoding.UTF8.GetBytes("ü") } };
        await producer.ProduceAsync("topic", new Message<string, string> { Headers = headers }, TestContext.Current.CancellationToken);

        using var reader = kafka.CreateReader("topic");

        Encoding.UTF8.GetString(reader.Next().Message.Headers.GetLastBytes("name")).Should().Be("ü");
    }
}
