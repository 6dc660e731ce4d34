using System.Diagnostics;
using Confluent.Kafka;

namespace KafkaConsume.Embedded.Tests;

public sealed class BrokersTests
{
    [Fact]
    public async Task StopBroker_UnderAConsumer_IsNoticedAndSurvived()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        await kafka.ProduceAsync("topic", "a");
        var errors = new List<ErrorCode>();
        using var consumer = kafka.CreateConsumer(build: builder => builder.SetErrorHandler((_, error) => errors.Add(error.Code)));
        consumer.Assign(new TopicPartitionOffset("topic", 0, 0));
        consumer.Next().Message.Value.Should().Be("a");

        kafka.StopBroker(1);
        kafka.StopBroker(1);
        Clients.PumpUntil(() => errors.Contains(ErrorCode.Local_AllBrokersDown), consumer);
        kafka.StartBroker(1);
        kafka.StartBroker(1);
        await kafka.ProduceAsync("topic", "b");

        consumer.Next().Message.Value.Should().Be("b");
    }

    [Fact]
    public async Task StopBroker_OfTwo_LeavesTheOtherAtWork()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 2);
        kafka.CreateTopic("topic");
        kafka.MoveLeader("topic", 0, 2);

        kafka.StopBroker(1);
        await kafka.ProduceAsync("topic", "a");

        using var reader = kafka.CreateReader("topic");
        reader.Next().Message.Value.Should().Be("a");
    }

    [Fact]
    public async Task SetRoundTripTime_OfABroker_DelaysItsAnswers()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        using var producer = kafka.CreateProducer();
        await producer.ProduceAsync("topic", new Message<string, string> { Value = "a" }, TestContext.Current.CancellationToken);

        kafka.SetRoundTripTime(1, TimeSpan.FromMilliseconds(700));
        var slow = await TimeAsync();
        kafka.SetRoundTripTime(1, TimeSpan.Zero);
        var fast = await TimeAsync();

        slow.Should().BeGreaterThan(TimeSpan.FromMilliseconds(600));
        fast.Should().BeLessThan(slow);

        async Task<TimeSpan> TimeAsync()
        {
            var clock = Stopwatch.StartNew();
            await producer.ProduceAsync("topic", new Message<string, string> { Value = "b" }, TestContext.Current.CancellationToken);
            return clock.Elapsed;
        }
    }

    [Fact]
    public async Task MoveLeader_UnderAConsumer_IsFollowed()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 2);
        kafka.CreateTopic("topic");
        kafka.MoveLeader("topic", 0, 1);
        await kafka.ProduceAsync("topic", "a");
        using var reader = kafka.CreateReader("topic");
        reader.Next().Message.Value.Should().Be("a");

        kafka.MoveLeader("topic", 0, 2);
        await kafka.ProduceAsync("topic", "b");

        reader.Next().Message.Value.Should().Be("b");
        LeaderOf(kafka).Should().Be(2);
    }

    [Fact]
    public async Task RemoveLeader_UnderAConsumer_PausesItUntilThereIsOneAgain()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 2);
        kafka.CreateTopic("topic");
        kafka.CreateTopic("other");
        await kafka.ProduceAsync("topic", "a");
        using var reader = kafka.CreateReader("topic");
        using var other = kafka.CreateReader("other");
        reader.Next().Message.Value.Should().Be("a");

        kafka.RemoveLeader("topic", 0);
        LeaderOf(kafka).Should().Be(-1);
        await kafka.ProduceAsync("other", "x");
        other.Next().Message.Value.Should().Be("x", "other partitions go on");
        reader.Consume(TimeSpan.FromMilliseconds(500)).Should().BeNull();

        kafka.MoveLeader("topic", 0, 2);
        await kafka.ProduceAsync("topic", "b");
        reader.Next().Message.Value.Should().Be("b");

        kafka.RemoveLeader("topic", 0);
        kafka.MoveLeader("topic", 0, 1);
        await kafka.ProduceAsync("topic", "c");
        reader.Next().Message.Value.Should().Be("c");
    }

    /// <summary>A producer goes on sending to the leader that it knows, which has to tell it that it is none any more.</summary>
    [Fact]
    public async Task RemoveLeader_UnderAProducer_MakesItWaitUntilThereIsOneAgain()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 3);
        kafka.CreateTopic("topic", partitions: 3);
        using var producer = kafka.CreateProducer(config => config.LingerMs = 0);
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(ProduceToAll());
            for (var partition = 0; partition < 3; partition++)
            {
                kafka.RemoveLeader("topic", partition);
            }

            kafka.StartRequestTracking();
            var waiting = ProduceToAll().ToList();
            SpinWait.SpinUntil(() => kafka.GetRequests().Count > 0, Clients.Deadline).Should().BeTrue();
            waiting.Should().NotContain(task => task.IsCompleted, "nobody takes records");
            for (var partition = 0; partition < 3; partition++)
            {
                kafka.MoveLeader("topic", partition, 1 + ((partition + round) % 3));
            }

            await Task.WhenAll(waiting);
        }

        using var reader = kafka.CreateReader("topic");
        for (var record = 0; record < 10; record++)
        {
            reader.Next().Message.Value.Should().Be("a", "of the reader's one partition");
        }

        IEnumerable<Task> ProduceToAll() => Enumerable.Range(0, 3).Select(partition => (Task)producer.ProduceAsync(
            new TopicPartition("topic", partition), new Message<string, string> { Value = "a" }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RemoveLeader_BesideAStoppedBroker_LeavesItStopped()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 2);
        kafka.CreateTopic("topic");
        kafka.StopBroker(2);

        kafka.RemoveLeader("topic", 0);

        using var admin = kafka.CreateAdmin();
        admin.GetMetadata(Clients.Deadline).Brokers.Select(broker => broker.BrokerId).Should().Equal(1);
    }

    [Fact]
    public async Task MoveCoordinator_OfAGroup_SendsItsCommitsToThatBroker()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 3);
        kafka.CreateTopic("topic");
        kafka.StartRequestTracking();

        foreach (var broker in new[] { 3, 2 })
        {
            kafka.MoveCoordinator(CoordinatorKind.Group, "group", broker);
            kafka.ClearRequests();
            using var consumer = kafka.CreateConsumer();
            consumer.Assign(new TopicPartitionOffset("topic", 0, 0));
            consumer.Commit([new TopicPartitionOffset("topic", 0, 0)]);

            kafka.GetRequests().Where(request => request.Api == KafkaApi.OffsetCommit).Select(request => request.BrokerId)
                .Should().NotBeEmpty().And.OnlyContain(id => id == broker);
        }
    }

    [Fact]
    public async Task MoveCoordinator_OfATransaction_SendsItThere()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 2);
        kafka.MoveCoordinator(CoordinatorKind.Transaction, "transaction", 2);
        kafka.StartRequestTracking();
        using var producer = kafka.CreateProducer(config => config.TransactionalId = "transaction");

        producer.InitTransactions(Clients.Deadline);

        kafka.GetRequests().Where(request => request.Api == KafkaApi.InitProducerId).Select(request => request.BrokerId)
            .Should().NotBeEmpty().And.OnlyContain(id => id == 2);
    }

    [Fact]
    public async Task AnyFault_WithImpossibleArguments_Throws()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 2);
        kafka.CreateTopic("topic");
        Action[] calls =
        [
            () => kafka.StopBroker(0),
            () => kafka.StopBroker(3),
            () => kafka.StartBroker(-1),
            () => kafka.SetRoundTripTime(3, TimeSpan.Zero),
            () => kafka.SetRoundTripTime(1, TimeSpan.FromTicks(-1)),
            () => kafka.SetRoundTripTime(1, TimeSpan.MaxValue),
            () => kafka.MoveLeader("topic", 0, 3),
            () => kafka.MoveLeader("topic", 0, -1),
            () => kafka.MoveLeader("topic", -1, 1),
            () => kafka.MoveLeader("", 0, 1),
            () => kafka.RemoveLeader("topic", -1),
            () => kafka.RemoveLeader("", 0),
            () => kafka.MoveCoordinator(CoordinatorKind.Group, "", 1),
            () => kafka.MoveCoordinator(CoordinatorKind.Group, "group", 3),
            () => kafka.MoveCoordinator((CoordinatorKind)7, "group", 1),
        ];

        calls.Should().AllSatisfy(call => call.Should().Throw<ArgumentException>());
        kafka.Invoking(k => k.MoveLeader("topic", 1, 1)).Should().Throw<EmbeddedKafkaException>().Which.Code.Should().Be(ErrorCode.UnknownTopicOrPart);
        kafka.Invoking(k => k.RemoveLeader("topic", 1)).Should().Throw<EmbeddedKafkaException>().Which.Code.Should().Be(ErrorCode.UnknownTopicOrPart);
    }

    private static int LeaderOf(EmbeddedKafka kafka)
    {
        using var admin = kafka.CreateAdmin();
        return admin.GetMetadata("topic", Clients.Deadline).Topics.Single().Partitions.Single().Leader;
    }
}
