using System.Diagnostics;
using Confluent.Kafka;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Delivery;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Two gateways, clients of every kind, and an in-process cluster that fails: nothing is lost, and no commit is ahead.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Partitions = 4;
    private const int Clients = 6;

    private static readonly TimeSpan Storm = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Clients_GatewaysAndKafkaFailAtTheSameTime_NothingIsLostAndNoCommitIsAhead(int seed)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("KAFKA_CONSUME_CHAOS") is { Length: > 0 }, "KAFKA_CONSUME_CHAOS is not set");
        var records = 20_000 * Effort.Factor;
        await using var kafka = EmbeddedKafka.Start(brokers: 3);
        var world = new ChaosWorld($"chaos-{seed}", kafka.BootstrapServers, TimeSpan.FromSeconds(2));
        kafka.CreateTopic(world.Topic, Partitions, replicationFactor: 3);
        var random = new Random(seed);
        var maxDeliveries = random.Next(2) * 4;

        // With the newer protocol the in-process cluster gives a partition to its next owner before the last one has given it up.
        (string, string)[] settings =
        [
            ("Config.session.timeout.ms", "2000"), ("Config.heartbeat.interval.ms", "200"), ("MaxDeliveries", $"{maxDeliveries}"), ("Config.reconnect.backoff.max.ms", "200"),
        ];
        world.Gateways.AddRange([new InProcessGateway(world, "a", settings), new InProcessGateway(world, "b", settings)]);
        await Task.WhenAll(world.Gateways.Select(gateway => gateway.StartAsync()));

        TopicPartitionOffset[]? ends = null;
        var clock = Stopwatch.StartNew();
        var sampling = ChaosKafka.SampleAsync(world, Partitions, last => world.IsOver || (ends is not null && last.Sum() == ends.Sum(end => end.Offset.Value)));
        ChaosClient[] clients = [.. Enumerable.Range(0, Clients).Select(number => new ChaosClient(world, (seed * 1_000) + number))];
        var working = clients.Select(client => Task.Run(client.RunAsync)).ToArray();
        var producing = ChaosKafka.ProduceAsync(world, Partitions, records, Storm);
        await StrikeAsync(new EmbeddedFaults(kafka, world, Partitions, random), world, random, producing);
        await producing;
        world.IsCalm = true;
        ends = await ChaosKafka.ReadAsync(world, Partitions);
        var isDone = await Task.WhenAny(sampling, ChaosWorld.PauseAsync(Calm)) == sampling;
        world.IsOver = true;
        await Task.WhenAll([sampling, .. working]);
        world.Log.Add(new HistoryEvent.Quiet(ends));

        foreach (var client in clients)
        {
            client.Dispose();
        }

        var history = world.Log.Events;
        var violations = HistoryChecker.Check(
            history, new HistoryRules { AckTimeout = world.AckTimeout, MaxDeliveries = maxDeliveries, Window = 20_000 });
        output.WriteLine($"seed {seed}: {records} records, {Summary(history)}, {clock.Elapsed.TotalSeconds:0.0} s, {violations.Count} violations");
        foreach (var gateway in world.Gateways)
        {
            if (violations.Count > 0)
            {
                output.WriteLine(gateway.ToString()!);
                await File.WriteAllTextAsync(Path.Combine(Path.GetTempPath(), $"{world.Topic}.history.txt"), HistoryText.Of(history), TestContext.Current.CancellationToken);
            }

            await gateway.DisposeAsync();
        }

        string.Join('\n', violations.Take(5)).Should().BeEmpty(isDone ? "" : "not everything was committed in time");
    }

    private static async Task StrikeAsync(EmbeddedFaults faults, ChaosWorld world, Random random, Task until)
    {
        while (!until.IsCompleted)
        {
            await ChaosWorld.PauseAsync(random.Next(30, 200));
            if (random.Next(25) == 0)
            {
                var gateway = world.Gateways[random.Next(world.Gateways.Count)];
                await gateway.StopAsync();
                await ChaosWorld.PauseAsync(random.Next(300));
                await gateway.StartAsync();
            }
            else
            {
                await faults.StrikeAsync();
            }
        }

        faults.End();
    }

    private static string Summary(IReadOnlyList<HistoryEvent> history) => string.Join(
        ", ",
        $"{history.OfType<HistoryEvent.Delivered>().Sum(delivered => delivered.Records.Length)} deliveries",
        $"{history.OfType<HistoryEvent.Said>().Count()} acks and nacks",
        $"{history.OfType<HistoryEvent.Fault>().Count()} rebalances and restarts",
        $"{history.OfType<HistoryEvent.GivenUp>().Count()} given up",
        $"{history.OfType<HistoryEvent.Committed>().Count()} samples of commits");
}
