using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Consuming;
using static KafkaConsume.Yarp.Tests.Leasing.GroupClients;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class GroupConsumerCatalogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acquire_RoutesOfOneGroupAndTopic_ShareAConsumer()
    {
        await using var kafka = EmbeddedKafka.Start();
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        using var one = gateway.Acquire(GroupGateway.Route("orders", id: "one"));
        using var two = gateway.Acquire(GroupGateway.Route("orders", id: "two"));
        using var otherTopic = gateway.Acquire(GroupGateway.Route("payments"));
        using var otherGroup = gateway.Acquire(GroupGateway.Route("orders", group: "other"));
        using var otherStart = gateway.Acquire(GroupGateway.Route("orders", KafkaAutoOffsetReset.Latest));
        using var otherCommits = gateway.Acquire(GroupGateway.Route("orders", commits: KafkaCommitStrategy.Off));

        two.Consumer.Should().BeSameAs(one.Consumer);
        new[] { one, otherTopic, otherGroup, otherStart, otherCommits }.Select(lease => lease.Consumer).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Sweep_NoRequestForAWhile_LeavesTheGroupAndComesBackOnDemand()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 10);
        var options = new KafkaConsumeOptions { ConsumerIdleTimeout = TimeSpan.FromSeconds(1) };
        await using var gateway = GroupGateway.Create(kafka.BootstrapServers, "classic", options);
        var route = GroupGateway.Route("orders");
        kafka.StartRequestTracking();
        var first = gateway.Acquire(route);
        first.Dispose();
        await gateway.ReadAsync(route, 10);

        await UntilAsync(() => Count(kafka, KafkaApi.LeaveGroup) == 1, "it leaves the group");

        kafka.Committed("orders").Should().Equal(10);
        kafka.Produce("orders", 10, 3);
        (await gateway.ReadAsync(route, 3)).Should().Equal(Numbered(10, 3));
        using var second = gateway.Acquire(route);
        second.Consumer.Should().NotBeSameAs(first.Consumer);
    }

    [Fact]
    public async Task Sweep_WhileARequestWaits_KeepsTheConsumer()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        await using var gateway = new GroupGateway(kafka.BootstrapServers, new KafkaConsumeOptions { ConsumerIdleTimeout = TimeSpan.FromSeconds(1) });
        var route = GroupGateway.Route("orders");

        var batch = await gateway.TakeAsync(route, seconds: 4);

        batch.Records.Should().BeEmpty();
        gateway.Logs.Entries.Should().NotContain(entry => entry.Text.Contains("gave up"));
    }

    [Fact]
    public async Task TakeAsync_ManyShortRequests_JoinOnce()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 100);
        await using var gateway = new GroupGateway(kafka.BootstrapServers, properties: ("group.protocol", "classic"));
        var route = GroupGateway.Route("orders");
        kafka.StartRequestTracking();

        await gateway.ReadAsync(route, 100, maxRecords: 1);

        // The first request is told the member's id, the second one joins with it.
        Count(kafka, KafkaApi.JoinGroup).Should().BeLessThanOrEqualTo(2);
        Count(kafka, KafkaApi.LeaveGroup).Should().Be(0);
    }

    [Fact]
    public async Task RetireAsync_OnlyRouteOfItsGroup_ReleasesThoseWhoWaitAndLeaves()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var route = GroupGateway.Route("orders");
        var waiting = gateway.TakeAsync(route, seconds: 60);
        await UntilAsync(() => gateway.Logs.Entries.Any(entry => entry.Text.Contains("took over")), "it has joined");

        await gateway.Catalog.RetireAsync(route).WaitAsync(TimeSpan.FromSeconds(5), Token);

        (await waiting.WaitAsync(TimeSpan.FromSeconds(1), Token)).Records.Should().BeEmpty();
        gateway.Logs.Entries.Should().Contain(entry => entry.Text.Contains("gave up"));
    }

    [Fact]
    public async Task RetireAsync_AnotherRouteUsesTheGroup_KeepsTheConsumer()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var removed = GroupGateway.Route("orders", id: "removed");
        var kept = GroupGateway.Route("orders", id: "kept");
        gateway.Acquire(removed).Dispose();
        var waiting = gateway.TakeAsync(kept);

        await gateway.Catalog.RetireAsync(removed);
        kafka.Produce("orders", 0, 1);

        (await waiting).Values().Should().Equal("v0");
    }

    [Fact]
    public async Task CloseAsync_WhileARequestHoldsRecords_LetsItFinishAndCommits()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 10);
        await using var gateway = new GroupGateway(kafka.BootstrapServers, new KafkaConsumeOptions { ShutdownTimeout = TimeSpan.FromSeconds(8) });
        var route = GroupGateway.Route("orders");
        var held = await gateway.TakeExactlyAsync(route, 10);
        var waiting = gateway.TakeAsync(route, seconds: 60);

        var closing = gateway.Catalog.CloseAsync();
        (await waiting.WaitAsync(TimeSpan.FromSeconds(2), Token)).Records.Should().BeEmpty();
        closing.IsCompleted.Should().BeFalse();
        held.Complete().Should().BeTrue();
        await closing.WaitAsync(TimeSpan.FromSeconds(5), Token);

        kafka.Committed("orders").Should().Equal(10);
        gateway.Invoking(all => all.Acquire(route)).Should().Throw<KafkaProblemException>();
    }

    [Fact]
    public async Task CloseAsync_KafkaIsGone_EndsInTime()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        kafka.Produce("orders", 0, 10);
        await using var gateway = new GroupGateway(kafka.BootstrapServers);
        var batch = await gateway.TakeAsync(GroupGateway.Route("orders"));
        kafka.StopBroker(1);
        batch.Complete();

        await gateway.Catalog.CloseAsync().WaitAsync(TimeSpan.FromSeconds(7), Token);
    }

    [Fact]
    public async Task CloseAsync_TwoHundredTimesUnderLoad_NeitherHangsNorLoses()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders", 4);
        kafka.Produce("orders", 0, 20_000, partitions: 4);
        var route = GroupGateway.Route("orders");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var completed = new HashSet<string>(StringComparer.Ordinal);
        for (var cycle = 0; cycle < 200; cycle++)
        {
            await using var gateway = new GroupGateway(kafka.BootstrapServers, new KafkaConsumeOptions { ShutdownTimeout = TimeSpan.FromSeconds(9) });
            var clients = Enumerable.Range(0, 4).Select(client => Task.Run(
                async () =>
                {
                    using var lease = gateway.Acquire(route);
                    for (var turn = 0; turn < 2; turn++)
                    {
                        var batch = await lease.Consumer.TakeAsync(20, 100_000, TimeSpan.FromSeconds(5), null, Token);
                        lock (seen)
                        {
                            seen.UnionWith(batch.Values());
                        }

                        if (client == 3)
                        {
                            batch.Return();
                            continue;
                        }

                        // Before it counts, or a commit might be seen that the test does not know of yet.
                        lock (completed)
                        {
                            completed.UnionWith(batch.Values());
                        }

                        batch.Complete();
                    }
                },
                Token)).ToArray();
            if (cycle % 2 == 0)
            {
                await Task.WhenAll(clients);
            }

            await gateway.Catalog.CloseAsync().WaitAsync(TimeSpan.FromSeconds(11), Token);
            try
            {
                await Task.WhenAll(clients);
            }
            catch (KafkaProblemException)
            {
                // It came too late.
            }
        }

        var committed = kafka.Committed("orders", 4);
        for (var number = 0; number < 20_000; number++)
        {
            // Number n has the offset n / 4 of partition n % 4.
            if (number / 4 < committed[number % 4])
            {
                completed.Should().Contain($"v{number}", "only what was completed is committed");
            }
        }

        seen.Should().NotBeEmpty();
    }

    private static int Count(EmbeddedKafka kafka, KafkaApi api) => kafka.GetRequests().Count(request => request.Api == api);
}
