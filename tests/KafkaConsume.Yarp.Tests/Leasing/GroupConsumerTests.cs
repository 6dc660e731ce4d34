using Confluent.Kafka;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;
using Microsoft.Extensions.Logging;
using static KafkaConsume.Yarp.Tests.Leasing.GroupClients;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class GroupConsumerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task TakeAsync_TwoClients_ShareTheRecordsWithoutDuplicates(string protocol)
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders", 4);
        await using var gateway = new GroupGateway(kafka.BootstrapServers, properties: ("group.protocol", protocol));
        var route = GroupGateway.Route("orders");
        var all = new List<string>();

        kafka.Produce("orders", 0, 2_000, partitions: 4);
        var clients = Enumerable.Range(0, 2).Select(async _ =>
        {
            while (true)
            {
                var batch = await gateway.TakeAsync(route, 37, seconds: 0.2);
                lock (all)
                {
                    all.AddRange(batch.Values());
                }

                batch.Complete();
                if (batch.Records.Count == 0 && all.Count >= 2_000)
                {
                    return;
                }
            }
        });
        await Task.WhenAll(clients).WaitAsync(TimeSpan.FromSeconds(30), Token);

        all.Order(StringComparer.Ordinal).Should().Equal(Numbered(0, 2_000).Order(StringComparer.Ordinal));
        await UntilAsync(() => kafka.Committed("orders", 4).Sum() == 2_000, "all is committed");
    }

    [Fact]
    public async Task TakeAsync_ProducedWhileWaiting_ReturnsAtOnce()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var route = GroupGateway.Route("orders", KafkaAutoOffsetReset.Latest);
        var waiting = gateway.TakeAsync(route, seconds: 60);
        await UntilAsync(() => kafka.Committed("orders")[0] == 0, "the group has started");

        kafka.Produce("orders", 0, 1);

        (await waiting.WaitAsync(TimeSpan.FromSeconds(10), Token)).Values().Should().Equal("v0");
    }

    [Fact]
    public async Task TakeAsync_NewGroupFromTheEnd_DoesNotSkipWhatIsProducedBetweenPolls()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders", 2);
        kafka.Produce("orders", 0, 10, partitions: 2);
        var route = GroupGateway.Route("orders", KafkaAutoOffsetReset.Latest);
        await using (var first = new GroupGateway(kafka.BootstrapServers))
        {
            (await first.TakeAsync(route, seconds: 0.1)).Records.Should().BeEmpty();
            await UntilAsync(() => kafka.Committed("orders", 2).SequenceEqual([5, 5]), "the start is committed");
        }

        kafka.Produce("orders", 10, 10, partitions: 2);

        await using var second = new GroupGateway(kafka.BootstrapServers);
        (await second.ReadAsync(route, 10)).Should().BeEquivalentTo(Numbered(10, 10));
    }

    [Fact]
    public async Task TakeAsync_AfterARestart_ContinuesBehindTheLastCompletedBatch()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 100);
        var route = GroupGateway.Route("orders");
        await using (var first = new GroupGateway(kafka.BootstrapServers))
        {
            await first.ReadAsync(route, 30, maxRecords: 10);
            (await first.TakeExactlyAsync(route, 10)).Values().Should().Equal(Numbered(30, 10));
            await first.Catalog.CloseAsync();
        }

        await using var second = new GroupGateway(kafka.BootstrapServers);
        (await second.ReadAsync(route, 70)).Should().Equal(Numbered(30, 70));
    }

    [Fact]
    public async Task TakeAsync_BatchesCompletedOutOfOrder_CommitsUpToTheFirstThatIsHeld()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 30);
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var route = GroupGateway.Route("orders");
        var first = await gateway.TakeExactlyAsync(route, 10);
        var second = await gateway.TakeExactlyAsync(route, 10);
        var third = await gateway.TakeExactlyAsync(route, 10);

        second.Complete();
        first.ReturnFrom(4);
        first.Complete();
        await UntilAsync(() => kafka.Committed("orders")[0] == 4, "the prefix is committed");
        third.Complete();
        (await gateway.TakeExactlyAsync(route, 6)).Values().Should().Equal(Numbered(4, 6));

        kafka.Committed("orders")[0].Should().Be(4);
    }

    [Fact]
    public async Task TakeAsync_ClientsHaveAsMuchOfAPartitionAsTheyMay_PausesItAndGoesOnWithTheOthers()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders", 2);
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var route = GroupGateway.Route("orders", commits: KafkaCommitStrategy.ClientAcks);
        route = route with { Options = route.Options with { MaxInFlight = 20, AckTimeout = TimeSpan.FromMinutes(10) } };
        kafka.Produce("orders", 0, 20);
        var stuck = await gateway.TakeExactlyAsync(route, 20);
        kafka.Produce("orders", 20, 5_000);
        await UntilAsync(() => gateway.Logs.Entries.Any(entry => entry.Text.Contains("Paused orders [[0]]")), "it is paused");
        kafka.Produce("orders", 0, 1_000, partitions: 2);

        for (var count = 0; count < 500;)
        {
            var batch = await gateway.TakeAsync(route, 15);
            batch.Records.Should().OnlyContain(record => record.Partition == 1);
            count += batch.Records.Count;
            Acknowledge(gateway, route, batch);
        }

        await UntilAsync(() => kafka.Committed("orders", 2)[1] == 500, "all of the other is committed");
        kafka.Committed("orders", 2)[0].Should().Be(0);
        Acknowledge(gateway, route, stuck);
        (await gateway.TakeAsync(route, 1)).Values().Should().Equal("v20");
        await UntilAsync(() => gateway.Logs.Entries.Any(entry => entry.Text.Contains("Resumed orders [[0]]")), "it is resumed");
    }

    [Fact]
    public async Task TakeAsync_ConsumerWithoutRequests_StaysWhileClientsMayAcknowledge()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 5);
        await using var gateway = new GroupGateway(
            kafka.BootstrapServers, new KafkaConsumeOptions { ConsumerIdleTimeout = TimeSpan.FromSeconds(1) });
        var route = GroupGateway.Route("orders", commits: KafkaCommitStrategy.ClientAcks);
        var batch = await gateway.TakeExactlyAsync(route, 5);
        batch.Complete();
        (await gateway.TakeExactlyAsync(GroupGateway.Route("orders", group: "other"), 5)).Complete();

        await UntilAsync(() => HasLeft("other"), "a consumer that nobody needs is closed");
        HasLeft("group").Should().BeFalse();
        Acknowledge(gateway, route, batch);

        await UntilAsync(() => HasLeft("group"), "nobody needs this one either");
        bool HasLeft(string group) => gateway.Logs.Entries.Any(entry => entry.Text.Contains($"Kafka group {group}: gave up"));
        kafka.Committed("orders").Should().Equal(5);
    }

    [Fact]
    public async Task TakeAsync_CommitOff_RepeatsAfterARestartAndCommitsNothing()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 20);
        var route = GroupGateway.Route("orders", commits: KafkaCommitStrategy.Off);
        await using (var first = new GroupGateway(kafka.BootstrapServers))
        {
            (await first.ReadAsync(route, 20, maxRecords: 7)).Should().Equal(Numbered(0, 20));
        }

        kafka.Committed("orders").Should().Equal(-1);
        await using var second = new GroupGateway(kafka.BootstrapServers);
        (await second.ReadAsync(route, 20)).Should().Equal(Numbered(0, 20));
    }

    [Fact]
    public async Task TakeAsync_MoreRecordsThanTheBufferHolds_GivesEachOnceInOrder()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders", 2);
        kafka.Produce("orders", 0, 60_000, partitions: 2);
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var route = GroupGateway.Route("orders");
        var values = new List<string>();

        // Each time, nobody takes for so long that the partitions are paused.
        for (var pauses = 1; pauses <= 3; pauses++)
        {
            values.AddRange(await gateway.ReadAsync(route, 12_000));
            await UntilAsync(() => gateway.Logs.Entries.Count(entry => entry.Text.Contains("Paused")) >= pauses, $"pause {pauses}");
        }

        values.AddRange(await gateway.ReadAsync(route, 24_000));

        values.Where(value => int.Parse(value[1..]) % 2 == 0).Should().Equal(Numbered(0, 60_000).Where((_, index) => index % 2 == 0));
        values.Where(value => int.Parse(value[1..]) % 2 == 1).Should().Equal(Numbered(0, 60_000).Where((_, index) => index % 2 == 1));
        gateway.Logs.Entries.Should().NotContain(entry => entry.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task TakeAsync_TopicDoesNotExist_SaysSoUntilItDoes()
    {
        await using var kafka = EmbeddedKafka.Start();
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var route = GroupGateway.Route("orders", KafkaAutoOffsetReset.Latest);

        var told = await gateway.Invoking(all => all.TakeAsync(route)).Should().ThrowAsync<KafkaProblemException>();
        told.Which.Problem.Status.Should().Be(404);
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 3);

        await UntilAsync(() => !IsProblem(gateway, route), "the topic is found");
        (await gateway.ReadAsync(route, 3)).Should().Equal(Numbered(0, 3), "all of a topic that was not there is new");
    }

    [Fact]
    public async Task TakeAsync_BrokerGoesAndComesBack_TellsAndContinuesWithoutLoss()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 10);
        await using var gateway = new GroupGateway(kafka.BootstrapServers, new KafkaConsumeOptions { KafkaTimeout = TimeSpan.FromSeconds(1) });
        var route = GroupGateway.Route("orders");
        await gateway.ReadAsync(route, 10);
        await UntilAsync(() => kafka.Committed("orders")[0] == 10, "it is committed");

        kafka.StopBroker(1);
        var told = await gateway.Invoking(all => all.TakeAsync(route, seconds: 60)).Should().ThrowAsync<KafkaProblemException>();
        told.Which.Problem.Type.Should().Be("kafka-unavailable");
        kafka.StartBroker(1);

        await UntilAsync(() => !IsProblem(gateway, route), "Kafka is found again");
        kafka.Produce("orders", 10, 5);
        (await gateway.ReadAsync(route, 5)).Should().Equal(Numbered(10, 5));
        await UntilAsync(() => kafka.Committed("orders")[0] == 15, "it is committed");
    }

    [Fact]
    public async Task TakeAsync_RecordsAreBufferedDuringAnOutage_AreGiven()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 10);
        await using var gateway = new GroupGateway(kafka.BootstrapServers, new KafkaConsumeOptions { KafkaTimeout = TimeSpan.FromSeconds(1) });
        var route = GroupGateway.Route("orders");
        var batch = await gateway.TakeExactlyAsync(route, 10);

        kafka.StopBroker(1);
        await gateway.Invoking(all => all.TakeAsync(route, seconds: 60)).Should().ThrowAsync<KafkaProblemException>();
        batch.Return();
        var again = await gateway.TakeExactlyAsync(route, 10);
        again.Complete();
        kafka.StartBroker(1);

        again.Values().Should().Equal(Numbered(0, 10));
        await UntilAsync(() => kafka.Committed("orders")[0] == 10, "what was completed meanwhile is committed");
    }

    [Theory]
    [InlineData(ErrorCode.RebalanceInProgress)]
    [InlineData(ErrorCode.NotCoordinatorForGroup)]
    [InlineData(ErrorCode.GroupLoadInProgress)]
    [InlineData(ErrorCode.GroupCoordinatorNotAvailable)]
    [InlineData(ErrorCode.RequestTimedOut)]
    public async Task Complete_CommitFails_IsCommittedLater(ErrorCode error)
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 5);
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var batch = await gateway.TakeExactlyAsync(GroupGateway.Route("orders"), 5);
        kafka.FailNext(KafkaApi.OffsetCommit, error, error, error);

        batch.Complete();

        await UntilAsync(() => kafka.Committed("orders")[0] == 5, "it is committed");
    }

    [Fact]
    public async Task TakeAsync_GroupIsDenied_SaysSo()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        kafka.FailNext(KafkaApi.FindCoordinator, [.. Enumerable.Repeat(ErrorCode.GroupAuthorizationFailed, 200)]);

        var told = await gateway.Invoking(all => all.TakeAsync(GroupGateway.Route("orders"))).Should().ThrowAsync<KafkaProblemException>();

        told.Which.Problem.Should().Match<KafkaProblem>(problem => problem.Status == 403 && problem.Type == "kafka-denied");
    }

    [Fact]
    public async Task TakeAsync_CommittedOffsetsCannotBeLearned_JoinsAgainAndNeverStartsElsewhere()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 10);
        await using var gateway = new GroupGateway(kafka.BootstrapServers, new KafkaConsumeOptions { KafkaTimeout = TimeSpan.FromSeconds(1) });
        kafka.FailNext(KafkaApi.OffsetFetch, [.. Enumerable.Repeat(ErrorCode.InvalidGroupId, 3)]);
        var waiting = gateway.TakeAsync(GroupGateway.Route("orders", KafkaAutoOffsetReset.Latest), seconds: 30);
        await UntilAsync(() => gateway.Logs.Entries.Any(entry => entry.Text.Contains("could not take over")), "it fails");
        await UntilAsync(() => gateway.Logs.Entries.Any(entry => entry.Text.Contains("took over orders")), "it succeeds");
        await UntilAsync(() => kafka.Committed("orders")[0] == 10, "the group has started where it was to");

        kafka.Produce("orders", 10, 1);

        (await waiting).Values().Should().Equal("v10");
    }

    [Fact]
    public async Task TakeAsync_ConsumerHasFailedForGood_GoesOnWithAnother()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 10);
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        kafka.FailNext(KafkaApi.ConsumerGroupHeartbeat, ErrorCode.InvalidRequest);

        (await gateway.ReadAsync(GroupGateway.Route("orders"), 10)).Should().Equal(Numbered(0, 10));

        gateway.Logs.Entries.Should().Contain(entry => entry.Level == LogLevel.Error && entry.Text.Contains("made anew"));
    }

    [Fact]
    public async Task TakeAsync_GroupWentOnWithoutIt_JoinsAgainFromTheCommittedOffset()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 20);
        await using var gateway = new GroupGateway(kafka.BootstrapServers, properties: ("max.poll.interval.ms", "1000"));
        var route = GroupGateway.Route("orders");
        var first = await gateway.TakeExactlyAsync(route, 10);
        var second = await gateway.TakeExactlyAsync(route, 10);

        await UntilAsync(() => kafka.Committed("orders")[0] == 0, "the start is committed");

        // The thread waits for the answer to its commit for so long that it does not poll in time.
        kafka.FailNextOnBroker(1, KafkaApi.OffsetCommit, ErrorCode.NoError, TimeSpan.FromSeconds(3));
        first.Complete();

        await UntilAsync(() => gateway.Logs.Entries.Any(entry => entry.Text.Contains("gone on without")), "it is too late");
        await UntilAsync(() => !second.Complete(), "what was held is refused");
        (await gateway.ReadAsync(route, 10)).Should().Equal(Numbered(10, 10));
        await UntilAsync(() => kafka.Committed("orders")[0] == 20, "all is committed");
    }

    [Fact]
    public async Task TakeAsync_CommittedOffsetIsGone_ContinuesWithTheOldestAndLogsIt()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 10);
        var route = GroupGateway.Route("orders", KafkaAutoOffsetReset.Latest);
        await using (var first = new GroupGateway(kafka.BootstrapServers))
        {
            await first.ReadAsync(GroupGateway.Route("orders"), 2);
        }

        kafka.Produce("orders", 10, 10);
        kafka.DeleteRecords("orders", 0, 7);

        await using var second = new GroupGateway(kafka.BootstrapServers);
        (await second.ReadAsync(route, 13)).Should().Equal(Numbered(7, 13));
        second.Logs.Entries.Should().Contain(entry => entry.Level == LogLevel.Warning && entry.Text.Contains("offset reset"));
    }

    [Fact]
    public async Task TakeAsync_TopicIsCreatedAgain_ReadsItFromItsBeginning()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 10);
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var route = GroupGateway.Route("orders");
        await gateway.ReadAsync(route, 10);

        kafka.DeleteTopic("orders");
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 100, 5);

        await UntilAsync(() => !IsProblem(gateway, route), "the topic is there");
        (await gateway.ReadAsync(route, 5)).Should().Equal(Numbered(100, 5));
    }

    private static bool IsProblem(GroupGateway gateway, KafkaRoute route)
    {
        using var lease = gateway.Acquire(route);
        var take = lease.Consumer.TakeAsync(1, 1, TimeSpan.Zero, null, Token).AsTask();
        if (take.IsFaulted)
        {
            return true;
        }

        take.Result.Return();
        return false;
    }

    private static void Acknowledge(GroupGateway gateway, KafkaRoute route, RecordBatch batch)
    {
        using var lease = gateway.Acquire(route);
        lease.Consumer.Acknowledge(new AckMessage(AckKind.Ack) { Batch = batch.Id }, null).Outcome.Problem.Should().BeNull();
    }
}
