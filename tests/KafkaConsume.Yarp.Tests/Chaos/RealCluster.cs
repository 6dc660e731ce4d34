using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Three brokers of Apache Kafka, and the networks through which gateways reach them: what brokers advertise are the networks' ports.</summary>
internal sealed class RealCluster : IAsyncDisposable
{
    private const int Brokers = 3;

    // Times that are made for tests: what takes minutes otherwise takes seconds here.
    private const string Properties =
        """
        group.min.session.timeout.ms=1000
        group.consumer.min.session.timeout.ms=1000
        group.consumer.session.timeout.ms=4000
        group.consumer.min.heartbeat.interval.ms=100
        group.consumer.heartbeat.interval.ms=500
        replica.lag.time.max.ms=5000
        """;

    private readonly Lock _gate = new();
    private readonly Random _random;
    private readonly FaultProxy[] _networks;
    private volatile bool _isFaulty;

    private RealCluster(int seed)
    {
        _random = new Random(seed);
        _networks = [.. Enumerable.Range(0, Brokers).Select(_ => FaultProxy.Start(0, Draw))];
    }

    public KafkaCluster Kafka { get; private set; } = null!;

    /// <summary>Gets the network before each broker.</summary>
    public IReadOnlyList<FaultProxy> Networks => _networks;

    /// <summary>Gets the addresses for gateways.</summary>
    public string BootstrapServers => string.Join(',', _networks.Select(network => $"127.0.0.1:{network.Port}"));

    public static async Task<RealCluster> StartAsync(int seed)
    {
        var cluster = new RealCluster(seed);
        cluster.Kafka = await KafkaCluster.StartAsync(Brokers, FreePorts.Next, Properties, [.. cluster._networks.Select(network => network.Port)]);
        foreach (var (network, broker) in cluster._networks.Zip(cluster.Kafka.Brokers))
        {
            network.Target = broker.ProxiedPort;
        }

        return cluster;
    }

    /// <summary>Lets the networks have faults, or no longer.</summary>
    public void SetFaulty(bool isFaulty)
    {
        _isFaulty = isFaulty;
        if (!isFaulty)
        {
            foreach (var network in _networks)
            {
                network.Open();
                network.Cut();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var network in _networks)
        {
            await network.DisposeAsync();
        }

        await Kafka.DisposeAsync();
    }

    private ConnectionFaults Draw()
    {
        lock (_gate)
        {
            return _isFaulty && _random.Next(2) == 0 ? ConnectionFaults.Draw(_random, 4_000_000) : new ConnectionFaults();
        }
    }
}
