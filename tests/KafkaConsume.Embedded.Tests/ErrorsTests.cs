using System.Diagnostics;
using Confluent.Kafka;

namespace KafkaConsume.Embedded.Tests;

public sealed class ErrorsTests
{
    private static readonly TopicPartition Partition = new("topic", 0);

    [Fact]
    public async Task FailNext_Commit_FailsOnceWithThatError()
    {
        await using var kafka = CreateKafka();
        using var consumer = kafka.CreateReader("topic");

        kafka.FailNext(KafkaApi.OffsetCommit, ErrorCode.GroupAuthorizationFailed);

        consumer.Invoking(Commit).Should().Throw<KafkaException>().Which.Error.Code.Should().Be(ErrorCode.GroupAuthorizationFailed);
        consumer.Invoking(Commit).Should().NotThrow();
    }

    [Fact]
    public async Task FailNext_WithSeveralErrors_GivesThemInOrder()
    {
        await using var kafka = CreateKafka();
        using var consumer = kafka.CreateReader("topic");

        kafka.FailNext(KafkaApi.OffsetCommit, ErrorCode.NoError, ErrorCode.InvalidCommitOffsetSize);
        kafka.FailNext(KafkaApi.OffsetCommit, [ErrorCode.OffsetMetadataTooLarge]);

        consumer.Invoking(Commit).Should().NotThrow();
        consumer.Invoking(Commit).Should().Throw<KafkaException>().Which.Error.Code.Should().Be(ErrorCode.InvalidCommitOffsetSize);
        consumer.Invoking(Commit).Should().Throw<KafkaException>().Which.Error.Code.Should().Be(ErrorCode.OffsetMetadataTooLarge);
        consumer.Invoking(Commit).Should().NotThrow();
    }

    [Fact]
    public async Task FailNext_Produce_FailsTheDelivery()
    {
        await using var kafka = CreateKafka();
        kafka.FailNext(KafkaApi.Produce, ErrorCode.TopicAuthorizationFailed);

        var produce = () => kafka.ProduceAsync("topic", "a");

        (await produce.Should().ThrowAsync<ProduceException<string, string>>()).Which.Error.Code.Should().Be(ErrorCode.TopicAuthorizationFailed);
        await produce.Should().NotThrowAsync();
    }

    [Fact]
    public async Task FailNext_WithTransportError_DropsTheConnectionAndTheClientRetries()
    {
        await using var kafka = CreateKafka();
        kafka.StartRequestTracking();
        kafka.FailNext(KafkaApi.Produce, ErrorCode.Local_Transport);

        await kafka.ProduceAsync("topic", "a");

        kafka.GetRequests().Count(request => request.Api == KafkaApi.Produce).Should().Be(2);
        kafka.GetRequests().Count(request => request.Api == KafkaApi.ApiVersions).Should().BeGreaterThan(2, "the client has connected anew");
    }

    [Fact]
    public async Task FailNext_Metadata_CanDropTheConnectionOnly()
    {
        await using var kafka = CreateKafka();

        kafka.Invoking(k => k.FailNext(KafkaApi.Metadata, ErrorCode.TopicAuthorizationFailed)).Should().Throw<ArgumentException>().WithMessage("*SetTopicError*");
        kafka.FailNext(KafkaApi.Metadata, ErrorCode.Local_Transport);

        await kafka.ProduceAsync("topic", "a");
    }

    [Fact]
    public async Task ClearErrors_BeforeTheRequest_LetsItSucceed()
    {
        await using var kafka = CreateKafka();
        using var consumer = kafka.CreateReader("topic");
        kafka.FailNext(KafkaApi.OffsetCommit, [.. Enumerable.Repeat(ErrorCode.GroupAuthorizationFailed, 100)]);
        consumer.Invoking(Commit).Should().Throw<KafkaException>();

        kafka.ClearErrors(KafkaApi.OffsetCommit);

        consumer.Invoking(Commit).Should().NotThrow();
    }

    [Fact]
    public async Task FailNextOnBroker_WithError_FailsThereOnly()
    {
        await using var kafka = CreateKafka(brokers: 2);
        kafka.MoveCoordinator(CoordinatorKind.Group, "group", 2);
        using var consumer = kafka.CreateReader("topic");

        kafka.FailNextOnBroker(1, KafkaApi.OffsetCommit, ErrorCode.GroupAuthorizationFailed);
        consumer.Invoking(Commit).Should().NotThrow();
        kafka.FailNextOnBroker(2, KafkaApi.OffsetCommit, ErrorCode.GroupAuthorizationFailed);

        consumer.Invoking(Commit).Should().Throw<KafkaException>().Which.Error.Code.Should().Be(ErrorCode.GroupAuthorizationFailed);
    }

    [Fact]
    public async Task FailNextOnBroker_WithDelay_HoldsTheAnswerBackOnce()
    {
        await using var kafka = CreateKafka();
        using var consumer = kafka.CreateReader("topic");
        Commit(consumer);
        var clock = Stopwatch.StartNew();

        kafka.FailNextOnBroker(1, KafkaApi.OffsetCommit, ErrorCode.NoError, TimeSpan.FromMilliseconds(700));
        Commit(consumer);

        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(600));
    }

    [Fact]
    public async Task FailNextOnPartition_Fetch_FailsThatPartitionOnly()
    {
        await using var kafka = CreateKafka(partitions: 2);
        using var producer = kafka.CreateProducer();
        foreach (var (partition, value) in new[] { (0, "a"), (0, "b"), (1, "x") })
        {
            await producer.ProduceAsync(
                new TopicPartition("topic", partition), new Message<string, string> { Value = value }, TestContext.Current.CancellationToken);
        }

        kafka.FailNextOnPartition("topic", 0, KafkaApi.Fetch, ErrorCode.NoError, ErrorCode.TopicAuthorizationFailed);

        using var healthy = kafka.CreateConsumer();
        healthy.Assign(new TopicPartitionOffset("topic", 1, 0));
        healthy.Next().Message.Value.Should().Be("x");
        using var failing = kafka.CreateReader("topic");
        failing.Next().Message.Value.Should().Be("a", "the first error is none");
        failing.Invoking(c => c.Next()).Should().Throw<ConsumeException>().Which.Error.Code.Should().Be(ErrorCode.TopicAuthorizationFailed);
        failing.Next().Message.Value.Should().Be("b", "the errors are used up");
    }

    [Fact]
    public async Task FailNextOnPartition_Produce_FailsTheDelivery()
    {
        await using var kafka = CreateKafka();
        kafka.FailNextOnPartition("topic", 0, KafkaApi.Produce, ErrorCode.MsgSizeTooLarge);

        var produce = () => kafka.ProduceAsync("topic", "a");

        (await produce.Should().ThrowAsync<ProduceException<string, string>>()).Which.Error.Code.Should().Be(ErrorCode.MsgSizeTooLarge);
        await produce.Should().NotThrowAsync();
    }

    [Fact]
    public async Task SetTopicError_OnATopic_IsTheConsumersErrorUntilItIsTakenBack()
    {
        await using var kafka = CreateKafka();
        await kafka.ProduceAsync("topic", "a");
        kafka.SetTopicError("topic", ErrorCode.TopicAuthorizationFailed);
        using var consumer = kafka.CreateConsumer();
        consumer.Subscribe("topic");

        consumer.Invoking(c => c.Next()).Should().Throw<ConsumeException>().Which.Error.Code.Should().Be(ErrorCode.TopicAuthorizationFailed);
        kafka.SetTopicError("topic", ErrorCode.NoError);

        consumer.Next().Message.Value.Should().Be("a");
        consumer.Close();
    }

    [Fact]
    public async Task AnyError_WithImpossibleArguments_Throws()
    {
        await using var kafka = CreateKafka();
        Action[] calls =
        [
            () => kafka.FailNext(KafkaApi.Fetch),
            () => kafka.FailNext((KafkaApi)4, ErrorCode.Unknown),
            () => kafka.FailNext((KafkaApi)(-1), ErrorCode.Unknown),
            () => kafka.FailNext(KafkaApi.Fetch, ErrorCode.Local_AllBrokersDown),
            () => kafka.FailNextOnBroker(2, KafkaApi.Fetch, ErrorCode.Unknown),
            () => kafka.FailNextOnBroker(1, KafkaApi.Fetch, ErrorCode.Local_TimedOut),
            () => kafka.FailNextOnBroker(1, KafkaApi.Fetch, ErrorCode.Unknown, TimeSpan.FromTicks(-1)),
            () => kafka.FailNextOnPartition("topic", 0, KafkaApi.OffsetCommit, ErrorCode.Unknown),
            () => kafka.FailNextOnPartition("topic", 0, KafkaApi.Fetch, ErrorCode.Local_Transport),
            () => kafka.FailNextOnPartition("topic", 0, KafkaApi.Fetch),
            () => kafka.FailNextOnPartition("topic", -1, KafkaApi.Fetch, ErrorCode.Unknown),
            () => kafka.FailNextOnPartition("", 0, KafkaApi.Fetch, ErrorCode.Unknown),
            () => kafka.ClearErrors((KafkaApi)4),
            () => kafka.SetTopicError("", ErrorCode.NoError),
            () => kafka.SetTopicError("topic", ErrorCode.Local_Transport),
        ];

        calls.Should().AllSatisfy(call => call.Should().Throw<ArgumentException>());
        kafka.Invoking(k => k.FailNextOnPartition("topic", 1, KafkaApi.Fetch, ErrorCode.Unknown)).Should().Throw<EmbeddedKafkaException>();
    }

    private static EmbeddedKafka CreateKafka(int brokers = 1, int partitions = 1)
    {
        var kafka = EmbeddedKafka.Start(brokers);
        kafka.CreateTopic("topic", partitions);
        return kafka;
    }

    private static void Commit(IConsumer<string, string> consumer) => consumer.Commit([new TopicPartitionOffset(Partition, 0)]);
}
