namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Two gateways and sometimes a third, each a process of its own, and three brokers of Apache Kafka, all behind networks that have faults.</summary>
internal sealed class RealScene : ChaosScene
{
    private readonly RealCluster _cluster;
    private readonly Lock _gate = new();
    private readonly Random _networkRandom;
    private readonly Random _gatewayRandom;
    private readonly Random _brokerRandom;
    private volatile bool _isFaulty;

    private RealScene(RealCluster cluster, ChaosPlan plan, ChaosWorld world, string protocol)
        : base(world)
    {
        _cluster = cluster;
        (_networkRandom, _gatewayRandom, _brokerRandom) = (new Random(plan.Seed), new Random(plan.Seed + 10_000), new Random(plan.Seed + 20_000));
        var options = new ChaosGatewayOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            Topic = world.Topic,
            Settings = plan.Settings(world.Topic),
            Configuration = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["KafkaConsume:Connections:kafka:Config:fetch.wait.max.ms"] = "200",
                ["KafkaConsume:Connections:kafka:Config:socket.timeout.ms"] = "3000",
                ["KafkaConsume:Connections:kafka:Config:reconnect.backoff.max.ms"] = "500",
            },
        };
        options.Settings["ConsumerGroup.Protocol"] = protocol;
        if (protocol == "classic")
        {
            options.Settings["Config.session.timeout.ms"] = "4000";
            options.Settings["Config.heartbeat.interval.ms"] = "500";
        }

        world.Gateways.AddRange(new[] { "a", "b", "c" }.Select(name => new ProcessGateway(world, name, options, Draw)));
    }

    public static async Task<RealScene> StartAsync(RealCluster cluster, ChaosPlan plan, string protocol)
    {
        var world = plan.CreateWorld($"chaos-{plan.Seed}-{protocol}", cluster.Kafka.BootstrapServers);
        await cluster.Kafka.CreateTopicAsync(world.Topic, ChaosPlan.Partitions);
        if (world.DeadLetterTopic is { } letters)
        {
            await cluster.Kafka.CreateTopicAsync(letters);
        }

        return new RealScene(cluster, plan, world, protocol);
    }

    public override async Task StrikeAsync(Task until)
    {
        _isFaulty = true;
        _cluster.SetFaulty(true);
        await Task.WhenAll(StrikeGatewaysAsync(until), StrikeBrokersAsync(until));
        _isFaulty = false;
        _cluster.SetFaulty(false);
        foreach (var gateway in World.Gateways.Cast<ProcessGateway>())
        {
            gateway.Network?.Open();
            gateway.Network?.Cut();
        }
    }

    public override Task WatchCommitsAsync(Func<long[], bool> isEnough) => CommitsTopic.WatchAsync(World, isEnough);

    private async Task StrikeGatewaysAsync(Task until)
    {
        var random = _gatewayRandom;
        while (!until.IsCompleted)
        {
            await PauseAsync(until, random.Next(300, 3_000));
            var gateway = (ProcessGateway)World.Gateways[random.Next(World.Gateways.Count)];
            if (!gateway.IsRunning)
            {
                await gateway.StartAsync();
                continue;
            }

            switch (random.Next(10))
            {
                case < 3:
                    await gateway.KillAsync();
                    await PauseAsync(until, random.Next(2_000));
                    await gateway.StartAsync();
                    break;
                case < 6:
                    gateway.Pause();
                    await PauseAsync(until, random.Next(100, 9_000));
                    gateway.Resume();
                    break;
                case 6:
                    await gateway.StopAsync();
                    await PauseAsync(until, random.Next(4_000));
                    break;
                case 7:
                    gateway.Network!.Cut();
                    break;
                default:
                    gateway.Network!.Close();
                    await PauseAsync(until, random.Next(100, 4_000));
                    gateway.Network!.Open();
                    break;
            }
        }

        foreach (var gateway in World.Gateways.Cast<ProcessGateway>().Where(gateway => !gateway.IsRunning))
        {
            await gateway.StartAsync();
        }
    }

    private async Task StrikeBrokersAsync(Task until)
    {
        var random = _brokerRandom;
        while (!until.IsCompleted)
        {
            await PauseAsync(until, random.Next(500, 4_000));
            var number = random.Next(_cluster.Kafka.Brokers.Count);
            var (broker, network) = (_cluster.Kafka.Brokers[number], _cluster.Networks[number]);
            switch (random.Next(13))
            {
                case < 3:
                    await broker.KillAsync();
                    await PauseAsync(until, random.Next(3_000));
                    await broker.StartAsync();
                    break;
                case < 6:
                    await broker.PauseAsync();
                    await PauseAsync(until, random.Next(100, 7_000));
                    await broker.ResumeAsync();
                    break;
                case 6:
                    await broker.RestartAsync();
                    break;
                case < 9:
                    network.Cut();
                    break;
                case < 12:
                    network.Close();
                    await PauseAsync(until, random.Next(100, 6_000));
                    network.Open();
                    break;
                default:
                    await Task.WhenAll(_cluster.Kafka.Brokers.Select(each => each.KillAsync()));
                    await _cluster.Kafka.StartAsync();
                    break;
            }
        }
    }

    // What is paused goes on as soon as there is nothing more to disturb.
    private static async Task PauseAsync(Task until, int milliseconds) => await Task.WhenAny(until, ChaosWorld.PauseAsync(milliseconds));

    private ConnectionFaults Draw()
    {
        lock (_gate)
        {
            return _isFaulty ? ConnectionFaults.Draw(_networkRandom, 300_000) : new ConnectionFaults();
        }
    }
}
