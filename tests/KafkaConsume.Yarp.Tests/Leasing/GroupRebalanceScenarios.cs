using System.Collections.Concurrent;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.Kafka;
using static KafkaConsume.Yarp.Tests.Leasing.GroupClients;

namespace KafkaConsume.Yarp.Tests.Leasing;

/// <summary>What becomes of records and commits when partitions move between gateways, whatever the cluster.</summary>
public abstract class GroupRebalanceScenarios
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<ITestKafka> KafkaAsync();

    [Theory]
    [InlineData("consumer")]
    [InlineData("classic")]
    public async Task TakeAsync_AnotherGatewayJoinsAndLeaves_NothingIsLostAndStaleBatchesAreRefused(string protocol)
    {
        var (kafka, topic, route) = await CreateTopicAsync();
        Produce(kafka.BootstrapServers, topic, 0, 4_000, partitions: 4);
        await using var first = CreateGateway(kafka, protocol);
        var completed = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var held = new List<RecordBatch>();
        while (held.SelectMany(batch => batch.Records).Select(record => record.Partition).Distinct().Count() < 4)
        {
            held.Add(await first.TakeAsync(route, 400));
            held[^1].Records.Should().NotBeEmpty();
        }

        await using (var second = CreateGateway(kafka, protocol))
        {
            await WorkAsync(second, route, completed, () => completed.Count > 300);
            await UntilAsync(() => first.Logs.Entries.Any(entry => entry.Text.Contains("gave up")), "partitions move");
            held.Select(batch => batch.Complete()).ToArray().Should().Contain(false, "some partitions have another owner");
            foreach (var value in held.SelectMany(batch => batch.Values()))
            {
                completed.TryAdd(value, 0);
            }

            Produce(kafka.BootstrapServers, topic, 4_000, 400, partitions: 4);
            await Task.WhenAll(
                WorkAsync(first, route, completed, () => completed.Count >= 3_000),
                WorkAsync(second, route, completed, () => completed.Count >= 3_000));
        }

        await WorkAsync(first, route, completed, () => completed.Count == 4_400);
        completed.Keys.Order(StringComparer.Ordinal).Should().Equal(Numbered(0, 4_400).Order(StringComparer.Ordinal));
        await UntilAsync(() => Committed(kafka.BootstrapServers, topic, 4, route.GroupId!).Sum() == 4_400, "all is committed");
    }

    [Fact]
    public async Task TakeAsync_PartitionsMoveAgainAndAgain_CommitsNeitherPassWhatIsCompletedNorGoBack()
    {
        var (kafka, topic, route) = await CreateTopicAsync();

        // On Kafka each move waits for two heartbeats.
        var guests = kafka.IsReal ? 2 : 5;
        var count = (guests * 4_000) + 4_000;
        Produce(kafka.BootstrapServers, topic, 0, count, partitions: 4);
        await using var steady = CreateGateway(kafka, "consumer");
        var completed = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var watching = Task.Run(
            () =>
            {
                var last = new long[4];
                while (!done.IsCancellationRequested)
                {
                    var committed = Committed(kafka.BootstrapServers, topic, 4, route.GroupId!);
                    for (var partition = 0; partition < 4; partition++)
                    {
                        (committed[partition] < 0 || committed[partition] >= last[partition]).Should().BeTrue();
                        for (; last[partition] < committed[partition]; last[partition]++)
                        {
                            completed.Should().ContainKey($"v{(last[partition] * 4) + partition}");
                        }
                    }
                }
            },
            Token);
        for (var guest = 1; guest <= guests; guest++)
        {
            await using var other = CreateGateway(kafka, "consumer");
            await WorkAsync(steady, route, completed, () => completed.Count >= (guest * 4_000) - 2_000);
            other.Acquire(route).Dispose();
            await UntilAsync(() => other.Logs.Entries.Any(entry => entry.Text.Contains($"took over {topic}")), "the guest gets partitions");
            await Task.WhenAll(
                WorkAsync(steady, route, completed, () => completed.Count >= guest * 4_000),
                WorkAsync(other, route, completed, () => completed.Count >= guest * 4_000));
        }

        await WorkAsync(steady, route, completed, () => completed.Count == count);
        await UntilAsync(() => Committed(kafka.BootstrapServers, topic, 4, route.GroupId!).Sum() == count, "all is committed");
        await done.CancelAsync();
        await watching;
    }

    [Theory]
    [InlineData("consumer")]
    [InlineData("classic")]
    public async Task TakeAsync_PartitionsLeaveWhilePausedAndComeBack_AreReadOn(string protocol)
    {
        var (kafka, topic, route) = await CreateTopicAsync();
        Produce(kafka.BootstrapServers, topic, 0, 40_000, partitions: 4);
        await using var first = CreateGateway(kafka, protocol);
        await first.ReadAsync(route, 1);
        await UntilAsync(() => first.Logs.Entries.Any(entry => entry.Text.Contains("Paused")), "it pauses");
        await using (var second = CreateGateway(kafka, protocol))
        {
            second.Acquire(route).Dispose();
            await UntilAsync(() => second.Logs.Entries.Any(entry => entry.Text.Contains($"took over {topic}")), "partitions move");
        }

        var completed = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await WorkAsync(first, route, completed, () => completed.Count >= 39_999);
        await UntilAsync(() => Committed(kafka.BootstrapServers, topic, 4, route.GroupId!).Sum() == 40_000, "all is committed");
    }

    private static GroupGateway CreateGateway(ITestKafka kafka, string protocol) => protocol == "classic"
        ? new GroupGateway(
            kafka.BootstrapServers,
            null,
            ("group.protocol", protocol),
            ("session.timeout.ms", kafka.IsReal ? "6000" : "2000"),
            ("heartbeat.interval.ms", "200"))
        : new GroupGateway(kafka.BootstrapServers, null, ("group.protocol", protocol));

    /// <summary>Takes batches as clients do, some of which give theirs back, until a condition holds.</summary>
    private static async Task WorkAsync(
        GroupGateway gateway, KafkaRoute route, ConcurrentDictionary<string, int> completed, Func<bool> isEnough)
    {
        var random = new Random(17);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (!isEnough())
        {
            deadline.IsCancellationRequested.Should().BeFalse(gateway.Logs.ToString());
            var batch = await gateway.TakeAsync(route, random.Next(1, 60), seconds: 0.1);
            if (random.Next(5) == 0)
            {
                batch.Return();
                continue;
            }

            // Whoever completes a batch has done its work before, whatever becomes of the offsets.
            foreach (var value in batch.Values())
            {
                completed.AddOrUpdate(value, 1, static (_, times) => times + 1);
            }

            batch.Complete();
        }
    }

    private async Task<(ITestKafka Kafka, string Topic, KafkaRoute Route)> CreateTopicAsync()
    {
        var kafka = await KafkaAsync();
        var topic = $"group-{Guid.NewGuid():N}";
        await kafka.CreateTopicAsync(topic, partitions: 4);
        return (kafka, topic, GroupGateway.Route(topic, group: topic));
    }
}
