using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace KafkaConsume.Embedded.Tests;

public sealed class TopicsTests
{
    private static readonly TopicPartition Partition = new("topic", 0);

    [Fact]
    public async Task CreateTopic_WithPartitionsAndReplicas_IsDescribedSo()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 3);

        kafka.CreateTopic("topic", partitions: 5, replicationFactor: 2);

        var topic = await DescribeAsync(kafka, "topic");
        topic.Partitions.Should().HaveCount(5);
        topic.Partitions.Should().AllSatisfy(partition => partition.Replicas.Should().HaveCount(2));
        topic.TopicId.ToString().Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task CreateTopic_Twice_ThrowsAndSaysWhatWasAsked()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");

        kafka.Invoking(k => k.CreateTopic("topic", 2)).Should().Throw<EmbeddedKafkaException>()
            .Where(e => e.Code == ErrorCode.TopicAlreadyExists && e.Operation.StartsWith("create topic 'topic' with 2 partitions"))
            .WithMessage("*create topic 'topic' with 2 partitions*already exists*");
    }

    [Theory]
    [InlineData(null, 1, 1)]
    [InlineData("", 1, 1)]
    [InlineData(" ", 1, 1)]
    [InlineData("topic", 0, 1)]
    [InlineData("topic", 10_001, 1)]
    [InlineData("topic", 1, 0)]
    [InlineData("topic", 1, 2)]
    public async Task CreateTopic_WithImpossibleArguments_Throws(string? name, int partitions, int replicationFactor)
    {
        await using var kafka = EmbeddedKafka.Start();

        kafka.Invoking(k => k.CreateTopic(name!, partitions, replicationFactor)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task DeleteTopic_ThatExists_IsUnknownToClients()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");

        kafka.DeleteTopic("topic");

        var describe = () => DescribeAsync(kafka, "topic");
        (await describe.Should().ThrowAsync<DescribeTopicsException>())
            .Which.Results.TopicDescriptions.Single().Error.Code.Should().Be(ErrorCode.UnknownTopicOrPart);
        using var admin = kafka.CreateAdmin();
        admin.GetMetadata(Clients.Deadline).Topics.Should().BeEmpty("describing a topic must not create it");
    }

    [Fact]
    public async Task DeleteTopic_ThatDoesNotExist_Throws()
    {
        await using var kafka = EmbeddedKafka.Start();

        kafka.Invoking(k => k.DeleteTopic("topic")).Should().Throw<EmbeddedKafkaException>().Which.Code.Should().Be(ErrorCode.UnknownTopicOrPart);
    }

    [Fact]
    public async Task CreateTopic_AfterDelete_HasAnotherIdAndNoRecords()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        await kafka.ProduceAsync("topic", "a", "b");
        var first = (await DescribeAsync(kafka, "topic")).TopicId.ToString();

        kafka.DeleteTopic("topic");
        kafka.CreateTopic("topic");

        (await DescribeAsync(kafka, "topic")).TopicId.ToString().Should().NotBe(first);
        Watermarks(kafka).Should().Be((0, 0));
    }

    [Fact]
    public async Task Produce_ToMissingTopic_CreatesItWithFourPartitions()
    {
        await using var kafka = EmbeddedKafka.Start();

        await kafka.ProduceAsync("topic", "a");

        (await DescribeAsync(kafka, "topic")).Partitions.Should().HaveCount(4);
    }

    [Fact]
    public async Task Subscribe_ToMissingTopic_TellsTheConsumer()
    {
        await using var kafka = EmbeddedKafka.Start();
        using var consumer = kafka.CreateConsumer();
        consumer.Subscribe("topic");

        consumer.Invoking(c => c.Next()).Should().Throw<ConsumeException>().Which.Error.Code.Should().Be(ErrorCode.UnknownTopicOrPart);
    }

    [Fact]
    public async Task ListOffsets_EarliestAndLatest_AreTheWatermarks()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        await kafka.ProduceAsync("topic", "a", "b", "c");
        kafka.DeleteRecords("topic", 0, 1);

        (await ListAsync(kafka, OffsetSpec.Earliest())).Value.Should().Be(1);
        (await ListAsync(kafka, OffsetSpec.Latest())).Value.Should().Be(3);
    }

    [Fact]
    public async Task ListOffsets_ByTime_IsAlwaysTheEnd()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        await kafka.ProduceAsync("topic", "a");

        (await ListAsync(kafka, OffsetSpec.ForTimestamp(0))).Should().Be(Offset.End, "the cluster does not look up offsets by time");
    }

    [Fact]
    public async Task DeleteRecords_InTheMiddleOfABatch_RaisesTheLowWatermark()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        using var producer = kafka.CreateProducer(config => config.LingerMs = 100);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => producer.ProduceAsync("topic", new Message<string, string> { Value = $"{i}" })));

        kafka.DeleteRecords("topic", 0, 5);

        Watermarks(kafka).Should().Be((5, 10));
        using var reader = kafka.CreateReader("topic", Offset.Beginning);
        reader.Next(5).Should().Equal("5", "6", "7", "8", "9");
    }

    [Fact]
    public async Task DeleteRecords_BelowAConsumer_IsOutOfRangeForIt()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        await kafka.ProduceAsync("topic", "a", "b", "c");
        kafka.DeleteRecords("topic", 0, 2);

        using var strict = kafka.CreateReader("topic", 0, config => config.AutoOffsetReset = AutoOffsetReset.Error);
        using var lenient = kafka.CreateReader("topic");

        strict.Invoking(c => c.Next()).Should().Throw<ConsumeException>().Which.Error.Code.Should().Be(ErrorCode.Local_AutoOffsetReset);
        lenient.Next().Message.Value.Should().Be("c");
    }

    [Fact]
    public async Task DeleteRecords_OfAll_LeavesAnEmptyPartitionThatGoesOn()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        await kafka.ProduceAsync("topic", "a", "b");

        kafka.DeleteRecords("topic", 0, 2);
        await kafka.ProduceAsync("topic", "c");

        Watermarks(kafka).Should().Be((2, 3));
    }

    [Fact]
    public async Task DeleteRecords_Impossible_Throws()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");

        kafka.Invoking(k => k.DeleteRecords("topic", 0, 1)).Should().Throw<EmbeddedKafkaException>().Which.Code.Should().Be(ErrorCode.OffsetOutOfRange);
        kafka.Invoking(k => k.DeleteRecords("topic", 1, 0)).Should().Throw<EmbeddedKafkaException>().Which.Code.Should().Be(ErrorCode.UnknownTopicOrPart);
        kafka.Invoking(k => k.DeleteRecords("other", 0, 0)).Should().Throw<EmbeddedKafkaException>().Which.Code.Should().Be(ErrorCode.UnknownTopicOrPart);
        kafka.Invoking(k => k.DeleteRecords("topic", -1, 0)).Should().Throw<ArgumentOutOfRangeException>();
        kafka.Invoking(k => k.DeleteRecords("topic", 0, -1)).Should().Throw<ArgumentOutOfRangeException>();
        kafka.Invoking(k => k.DeleteRecords("", 0, 0)).Should().Throw<ArgumentException>();
    }

    private static async Task<TopicDescription> DescribeAsync(EmbeddedKafka kafka, string topic)
    {
        using var admin = kafka.CreateAdmin();
        return (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]))).TopicDescriptions.Single();
    }

    private static async Task<Offset> ListAsync(EmbeddedKafka kafka, OffsetSpec spec)
    {
        using var admin = kafka.CreateAdmin();
        var result = await admin.ListOffsetsAsync([new TopicPartitionOffsetSpec { TopicPartition = Partition, OffsetSpec = spec }]);
        return result.ResultInfos.Single().TopicPartitionOffsetError.Offset;
    }

    private static (long Low, long High) Watermarks(EmbeddedKafka kafka)
    {
        using var consumer = kafka.CreateConsumer();
        var watermarks = consumer.QueryWatermarkOffsets(Partition, Clients.Deadline);
        return (watermarks.Low, watermarks.High);
    }
}
