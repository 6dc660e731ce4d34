using KafkaConsume.Embedded;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Two gateways in this process and an in-process cluster of three brokers.</summary>
internal sealed class EmbeddedScene : ChaosScene
{
    private readonly EmbeddedKafka _kafka;
    private readonly Random _random;

    private EmbeddedScene(EmbeddedKafka kafka, ChaosPlan plan, ChaosWorld world)
        : base(world)
    {
        (_kafka, _random) = (kafka, new Random(plan.Seed));
        var options = new ChaosGatewayOptions
        {
            BootstrapServers = world.BootstrapServers,
            Topic = world.Topic,
            Settings = plan.Settings(world.Topic),
        };

        // With the newer protocol the in-process cluster gives a partition to its next owner before the last one has given it up.
        options.Settings["Config.session.timeout.ms"] = "2000";
        options.Settings["Config.heartbeat.interval.ms"] = "200";
        options.Settings["Config.reconnect.backoff.max.ms"] = "200";
        world.Gateways.AddRange([new InProcessGateway(world, "a", options), new InProcessGateway(world, "b", options)]);
    }

    public override bool MayHaveTwoOwners => true;

    public static EmbeddedScene Start(ChaosPlan plan)
    {
        var kafka = EmbeddedKafka.Start(brokers: 3);
        var world = plan.CreateWorld($"chaos-{plan.Seed}", kafka.BootstrapServers);
        kafka.CreateTopic(world.Topic, ChaosPlan.Partitions, replicationFactor: 3);
        if (world.DeadLetterTopic is { } letters)
        {
            kafka.CreateTopic(letters, 1, replicationFactor: 3);
        }

        return new EmbeddedScene(kafka, plan, world);
    }

    public override async Task StrikeAsync(Task until)
    {
        var faults = new EmbeddedFaults(_kafka, World, _random);
        while (!until.IsCompleted)
        {
            await ChaosWorld.PauseAsync(_random.Next(30, 200));
            if (_random.Next(25) == 0)
            {
                var gateway = World.Gateways[_random.Next(World.Gateways.Count)];
                await gateway.StopAsync();
                await ChaosWorld.PauseAsync(_random.Next(300));
                await gateway.StartAsync();
            }
            else
            {
                await faults.StrikeAsync();
            }
        }

        faults.End();
    }

    public override Task WatchCommitsAsync(Func<long[], bool> isEnough) => ChaosKafka.SampleAsync(World, isEnough);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _kafka.DisposeAsync();
    }
}
