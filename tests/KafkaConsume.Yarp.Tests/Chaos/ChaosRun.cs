using System.Diagnostics;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Lets clients work while everything fails, lets everybody finish, and judges what was seen.</summary>
internal static class ChaosRun
{
    // What a fault repeats is what a gateway may have handed out: more than any client here can have.
    private const int Window = 20_000;

    public static async Task<ChaosResult> RunAsync(ChaosScene scene, ChaosPlan plan)
    {
        var world = scene.World;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(world.Gateways.Select(gateway => gateway.StartAsync()));
        TopicPartitionOffset[]? ends = null;
        var watching = scene.WatchCommitsAsync(last => world.IsOver || (ends is not null && last.Sum() == ends.Sum(end => end.Offset.Value)));
        IChaosClient[] clients =
        [
            .. Enumerable.Range(0, plan.Batches).Select(number => new ChaosClient(world, (plan.Seed * 1_000) + number)),
            .. Enumerable.Range(0, plan.Streams).Select(number => new SocketChaosClient(world, (plan.Seed * 1_000) + 500 + number)),
        ];
        var working = clients.Select(client => Task.Run(client.RunAsync)).ToArray();
        try
        {
            var producing = ChaosKafka.ProduceAsync(world, plan);
            await scene.StrikeAsync(producing);
            await producing;
            world.IsCalm = true;
            ends = await ChaosKafka.ReadAsync(world);
            await Task.WhenAny(watching, ChaosWorld.PauseAsync(plan.Calm));
        }
        finally
        {
            world.IsOver = true;
            await Task.WhenAll([watching, .. working]);
            foreach (var client in clients)
            {
                client.Dispose();
            }
        }

        await ChaosKafka.ReadDeadLettersAsync(world);
        world.Log.Add(new HistoryEvent.Quiet(ends));
        var history = world.Log.Events;
        var rules = new HistoryRules
        {
            AckTimeout = world.AckTimeout,
            MaxDeliveries = plan.MaxDeliveries,
            Window = Window,
            MayHaveTwoOwners = scene.MayHaveTwoOwners,
        };
        return new ChaosResult(plan, history, HistoryChecker.Check(history, rules), clock.Elapsed);
    }

    /// <summary>Writes what was seen, and what the gateways said, where somebody can look for what went wrong.</summary>
    /// <returns>The file's name.</returns>
    public static async Task<string> WriteAsync(ChaosScene scene, ChaosResult result)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{scene.World.Topic}.history.txt");
        await File.WriteAllLinesAsync(
            file,
            [result.ToString(), .. result.Violations, HistoryText.Of(result.History), .. scene.World.Gateways.Select(gateway => gateway.ToString()!)],
            CancellationToken.None);
        return file;
    }
}
