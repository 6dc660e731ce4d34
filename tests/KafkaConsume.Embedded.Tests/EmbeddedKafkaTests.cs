using System.Diagnostics;
using Confluent.Kafka;

namespace KafkaConsume.Embedded.Tests;

public sealed class EmbeddedKafkaTests
{
    [Fact]
    public async Task Start_ByDefault_HasOneBrokerThatIsTheController()
    {
        await using var kafka = EmbeddedKafka.Start();
        using var admin = kafka.CreateAdmin();

        var cluster = await admin.DescribeClusterAsync();

        kafka.Brokers.Should().Be(1);
        cluster.Nodes.Select(node => $"{node.Host}:{node.Port}").Should().Equal(kafka.BootstrapServers);
        cluster.Controller.Id.Should().Be(1);
    }

    [Fact]
    public async Task Start_WithThreeBrokers_TellsClientsOfAll()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 3);
        using var admin = kafka.CreateAdmin();

        var cluster = await admin.DescribeClusterAsync();

        kafka.BootstrapServers.Split(',').Should().HaveCount(3).And.OnlyHaveUniqueItems();
        cluster.Nodes.Select(node => node.Id).Should().BeEquivalentTo([1, 2, 3]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(101)]
    public void Start_WithImpossibleNumberOfBrokers_Throws(int brokers)
        => FluentActions.Invoking(() => EmbeddedKafka.Start(brokers)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options.Brokers");

    [Fact]
    public void Start_WithImpossibleTimes_Throws()
    {
        var start = (EmbeddedKafkaOptions options) => FluentActions.Invoking(() => EmbeddedKafka.Start(options));

        start(new() { GroupInitialRebalanceDelay = TimeSpan.FromTicks(-1) }).Should().Throw<ArgumentOutOfRangeException>();
        start(new() { GroupInitialRebalanceDelay = TimeSpan.MaxValue }).Should().Throw<ArgumentOutOfRangeException>();
        start(new() { ConsumerGroupHeartbeatInterval = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>();
        start(new() { ConsumerGroupSessionTimeout = TimeSpan.FromTicks(1) }).Should().Throw<ArgumentOutOfRangeException>();
        start(null!).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public async Task Start_ManyAtOnce_KeepsThemApart()
    {
        var clusters = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => EmbeddedKafka.Start())));
        try
        {
            clusters.Select(kafka => kafka.BootstrapServers).Should().OnlyHaveUniqueItems();
            await Task.WhenAll(clusters.Select(async (kafka, i) =>
            {
                kafka.CreateTopic("topic");
                await kafka.ProduceAsync("topic", $"{i}");
            }));

            clusters.Select(ReadFirst).Should().Equal(Enumerable.Range(0, 12).Select(i => $"{i}"));
        }
        finally
        {
            Array.ForEach(clusters, kafka => kafka.Dispose());
        }
    }

    [Fact]
    public void Dispose_OfManyClusters_GivesBackThreadsAndSockets()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The process's own tables are read from /proc.");
        using (EmbeddedKafka.Start())
        {
        }

        var descriptors = CountOf("/proc/self/fd");
        for (var i = 0; i < 50; i++)
        {
            using var kafka = EmbeddedKafka.Start(brokers: 3);
            kafka.CreateTopic("topic");
        }

        // Other tests run beside this one; a leak of one socket a broker would be 150.
        CountOf("/proc/self/fd").Should().BeLessThan(descriptors + 100);

        static int CountOf(string directory) => Directory.GetFileSystemEntries(directory).Length;
    }

    [Fact]
    public async Task Dispose_Twice_DoesNothing()
    {
        var kafka = EmbeddedKafka.Start();

        kafka.Dispose();
        kafka.Dispose();
        await kafka.DisposeAsync();

        kafka.Invoking(k => k.CreateTopic("topic")).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public async Task Dispose_UnderConnectedClients_ClosesTheirConnections()
    {
        var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        await kafka.ProduceAsync("topic", "a");
        var errors = new List<ErrorCode>();
        using var consumer = kafka.CreateConsumer(build: builder => builder.SetErrorHandler((_, error) => errors.Add(error.Code)));
        consumer.Assign(new TopicPartitionOffset("topic", 0, 0));
        consumer.Next().Message.Value.Should().Be("a");

        await kafka.DisposeAsync();

        Clients.PumpUntil(() => errors.Contains(ErrorCode.Local_AllBrokersDown), consumer);
    }

    [Fact]
    public void AnyCall_AfterDispose_ThrowsObjectDisposedException()
    {
        var kafka = EmbeddedKafka.Start();
        kafka.Dispose();
        Action[] calls =
        [
            () => kafka.CreateTopic("topic"),
            () => kafka.DeleteTopic("topic"),
            () => kafka.DeleteRecords("topic", 0, 0),
            () => kafka.StopBroker(1),
            () => kafka.StartBroker(1),
            () => kafka.SetRoundTripTime(1, TimeSpan.Zero),
            () => kafka.FailNext(KafkaApi.Fetch, ErrorCode.Local_Transport),
            () => kafka.FailNextOnBroker(1, KafkaApi.Fetch, ErrorCode.Local_Transport),
            () => kafka.FailNextOnPartition("topic", 0, KafkaApi.Fetch, ErrorCode.UnknownTopicOrPart),
            () => kafka.ClearErrors(KafkaApi.Fetch),
            () => kafka.SetTopicError("topic", ErrorCode.NoError),
            () => kafka.MoveLeader("topic", 0, 1),
            () => kafka.RemoveLeader("topic", 0),
            () => kafka.MoveCoordinator(CoordinatorKind.Group, "group", 1),
            () => kafka.StartRequestTracking(),
            () => kafka.StopRequestTracking(),
            () => kafka.ClearRequests(),
            () => kafka.GetRequests(),
        ];

        calls.Should().AllSatisfy(call => call.Should().Throw<ObjectDisposedException>());
    }

    [Fact]
    public async Task Dispose_DuringCallsOfOtherThreads_EndsThemWithObjectDisposedException()
    {
        for (var round = 0; round < 20; round++)
        {
            var kafka = EmbeddedKafka.Start();
            using var started = new CountdownEvent(4);
            var callers = Enumerable.Range(0, 4).Select(caller => Task.Factory.StartNew(
                () => CallUntilDisposed(kafka, caller, started), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            var running = callers.ToArray();
            started.Wait(TestContext.Current.CancellationToken);

            kafka.Dispose();

            (await Task.WhenAll(running)).Should().AllBeOfType<ObjectDisposedException>();
        }
    }

    [Fact]
    public async Task Commands_OneRightAfterTheOtherFromManyThreads_AreAnsweredAtOnce()
    {
        await using var kafka = EmbeddedKafka.Start();
        var clock = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                kafka.CreateTopic($"topic-{caller}-{i}");
            }
        })));

        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10), "a lost wake-up of the cluster's thread costs a second each");
    }

    private static Exception CallUntilDisposed(EmbeddedKafka kafka, int caller, CountdownEvent started)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                kafka.CreateTopic($"topic-{caller}-{i}");
                kafka.GetRequests();
            }
            catch (Exception e)
            {
                return e;
            }
            finally
            {
                if (i == 0)
                {
                    started.Signal();
                }
            }
        }
    }

    private static string ReadFirst(EmbeddedKafka kafka)
    {
        using var reader = kafka.CreateReader("topic");
        return reader.Next().Message.Value;
    }
}
