using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tests.Kafka;
using static KafkaConsume.Yarp.Tests.Leasing.GroupClients;

namespace KafkaConsume.Yarp.Tests.Leasing;

/// <summary>What the embedded cluster cannot show: transactions, topics that are created again, brokers that hang.</summary>
public sealed class GroupConsumerOnKafkaTests(RealKafkaFixture real)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task TakeAsync_AbortedTransactions_AreNotDeliveredAndTheCommitPassesThem()
    {
        var kafka = await real.GetAsync();
        var topic = $"group-{Guid.NewGuid():N}";
        await kafka.CreateTopicAsync(topic);
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, TransactionalId = topic })
            .SetLogHandler((_, _) => { })
            .Build();
        producer.InitTransactions(Patience);
        for (var transaction = 0; transaction < 10; transaction++)
        {
            producer.BeginTransaction();
            for (var number = 0; number < 10; number++)
            {
                producer.Produce(topic, new Message<Null, string> { Value = transaction % 2 == 0 ? $"v{(transaction * 5) + number}" : "aborted" });
            }

            producer.Flush(Patience);
            if (transaction % 2 == 0)
            {
                producer.CommitTransaction(Patience);
            }
            else
            {
                producer.AbortTransaction(Patience);
            }
        }

        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var route = GroupGateway.Route(topic, group: topic);

        (await gateway.ReadAsync(route, 50, maxRecords: 7)).Should().Equal(Numbered(0, 50));

        var end = TopicTraffic.Watermarks(kafka.BootstrapServers, topic).High;
        end.Should().Be(110);
        await UntilAsync(() => Committed(kafka.BootstrapServers, topic, 1, topic)[0] == end, "the commit is at the end");
    }

    [Theory]
    [InlineData("consumer")]
    [InlineData("classic")]
    public async Task TakeAsync_TopicIsCreatedAgainWhileNobodyReads_ReadsItFromItsBeginning(string protocol)
    {
        var kafka = await real.GetAsync();
        var topic = $"group-{Guid.NewGuid():N}";
        var route = GroupGateway.Route(topic, group: topic);
        await kafka.CreateTopicAsync(topic);
        Produce(kafka.BootstrapServers, topic, 0, 10);
        await using (var first = new GroupGateway(kafka.BootstrapServers, null, ("group.protocol", protocol)))
        {
            await first.ReadAsync(route, 10);
        }

        await kafka.DeleteTopicAsync(topic);
        await kafka.CreateTopicAsync(topic);
        Produce(kafka.BootstrapServers, topic, 100, 5);

        await using var second = new GroupGateway(kafka.BootstrapServers, null, ("group.protocol", protocol));
        (await second.ReadAsync(route, 5)).Should().Equal(Numbered(100, 5));
    }

    [Fact]
    public async Task TakeAsync_NewPartitions_AreReadFromTheirBeginning()
    {
        var kafka = await real.GetAsync();
        var topic = $"group-{Guid.NewGuid():N}";
        var route = GroupGateway.Route(topic, KafkaAutoOffsetReset.Latest, group: topic);
        await kafka.CreateTopicAsync(topic);
        Produce(kafka.BootstrapServers, topic, 0, 10);
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        (await gateway.TakeAsync(route, seconds: 0.1)).Records.Should().BeEmpty();
        await UntilAsync(() => Committed(kafka.BootstrapServers, topic, 1, topic)[0] == 10, "the start is committed");

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await admin.CreatePartitionsAsync([new() { Topic = topic, IncreaseTo = 2 }]);
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await producer.ProduceAsync(new TopicPartition(topic, 1), new Message<Null, string> { Value = "first of all" }, TestContext.Current.CancellationToken);

        (await gateway.ReadAsync(route, 1)).Should().Equal("first of all");
    }

    [Fact]
    public async Task TakeAsync_BrokerHangs_TellsAndContinuesWithoutLoss()
    {
        await using var kafka = await Kafka.KafkaCluster.StartAsync();
        await kafka.CreateTopicAsync("orders");
        Produce(kafka.BootstrapServers, "orders", 0, 10);
        await using var gateway = new GroupGateway(kafka.BootstrapServers, new KafkaConsumeOptions { KafkaTimeout = TimeSpan.FromSeconds(1) });
        var route = GroupGateway.Route("orders");
        await gateway.ReadAsync(route, 10);

        await kafka.Brokers[0].PauseAsync();
        var told = await gateway.Invoking(all => all.TakeAsync(route, seconds: 60)).Should().ThrowAsync<KafkaProblemException>();
        told.Which.Problem.Status.Should().Be(503);
        await kafka.Brokers[0].ResumeAsync();

        Produce(kafka.BootstrapServers, "orders", 10, 10);
        var values = new List<string>();
        await UntilAsync(
            async () =>
            {
                try
                {
                    var batch = await gateway.TakeAsync(route, seconds: 1);
                    values.AddRange(batch.Values());
                    batch.Complete();
                }
                catch (KafkaProblemException)
                {
                    // Kafka is on its way.
                }

                return values.Count >= 10;
            },
            "it goes on");
        values.Should().Equal(Numbered(10, 10));
    }

    [Fact]
    public async Task TakeAsync_BrokerIsKilledAndRestarted_ContinuesBehindWhatWasCompleted()
    {
        await using var kafka = await Kafka.KafkaCluster.StartAsync();
        await kafka.CreateTopicAsync("orders");
        Produce(kafka.BootstrapServers, "orders", 0, 100);
        await using var gateway = new GroupGateway(kafka.BootstrapServers, new KafkaConsumeOptions { KafkaTimeout = TimeSpan.FromSeconds(1) });
        var route = GroupGateway.Route("orders");
        await gateway.ReadAsync(route, 50);
        await UntilAsync(() => Committed(kafka.BootstrapServers, "orders", 1, "group")[0] == 50, "it is committed");
        var held = await gateway.TakeExactlyAsync(route, 10);

        await kafka.Brokers[0].KillAsync();
        held.Complete();
        await kafka.Brokers[0].StartAsync(TestContext.Current.CancellationToken);

        (await gateway.ReadAsync(route, 40)).Should().Equal(Numbered(60, 40));
        await UntilAsync(() => Committed(kafka.BootstrapServers, "orders", 1, "group")[0] == 100, "all is committed");
    }
}
