namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>Apache Kafka for tests: brokers on free ports with data in a temporary folder, which go when the tests go.</summary>
public sealed class KafkaCluster : ITestKafka, IAsyncDisposable
{
    private const int Attempts = 5;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private readonly string _folder;
    private readonly KafkaAdmin _admin;

    private KafkaCluster(string folder, IReadOnlyList<KafkaBroker> brokers)
    {
        _folder = folder;
        Brokers = brokers;
        BootstrapServers = string.Join(',', brokers.Select(broker => broker.Address));
        _admin = new KafkaAdmin(BootstrapServers);
    }

    public bool IsReal => true;

    /// <summary>Gets the brokers, with the node ids 1, 2, 3 in this order.</summary>
    public IReadOnlyList<KafkaBroker> Brokers { get; }

    public string BootstrapServers { get; }

    /// <summary>Starts a cluster; skips the test when there is nothing to start.</summary>
    /// <param name="brokers">How many; topics are kept by all of them, and from two on, two must have a record before it counts.</param>
    public static Task<KafkaCluster> StartAsync(int brokers = 1) => StartAsync(brokers, FreePorts.Next);

    /// <summary>Starts a broker with properties of its own, a line each; skips the test when there is nothing to start.</summary>
    public static Task<KafkaCluster> StartAsync(string properties) => StartAsync(brokers: 1, FreePorts.Next, properties);

    public Task CreateTopicAsync(string name, int partitions = 1) => _admin.CreateTopicAsync(name, partitions);

    /// <inheritdoc cref="CreateTopicAsync(string, int)"/>
    public Task CreateTopicAsync(string name, int partitions, IReadOnlyDictionary<string, string> configs) =>
        _admin.CreateTopicAsync(name, partitions, configs);

    public Task DeleteTopicAsync(string name) => _admin.DeleteTopicAsync(name);

    public Task DeleteRecordsAsync(string topic, int partition, long beforeOffset) =>
        _admin.DeleteRecordsAsync(topic, partition, beforeOffset);

    public Task StopAsync() => Task.WhenAll(Brokers.Select(broker => broker.StopAsync()));

    public async Task StartAsync()
    {
        using var patience = new CancellationTokenSource(StartPatience, TimeProvider.System);
        await LaunchAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in Brokers)
        {
            await broker.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts a cluster on the given ports, and on the next ones when somebody else was quicker.</summary>
    /// <param name="brokers">How many.</param>
    /// <param name="nextPort">Gives a port that is probably free.</param>
    /// <param name="properties">Properties of all brokers, a line each.</param>
    /// <param name="advertised">For each broker the port of somebody who stands between it and clients that come to there.</param>
    internal static async Task<KafkaCluster> StartAsync(int brokers, Func<int> nextPort, string properties = "", IReadOnlyList<int>? advertised = null)
    {
        Assert.SkipUnless(RealKafka.CanStartBrokers, RealKafka.CannotStartBrokers);
        using var patience = new CancellationTokenSource(StartPatience, TimeProvider.System);
        for (var attempt = 1; ; attempt++)
        {
            var cluster = await CreateAsync(brokers, nextPort, properties, advertised, patience.Token);
            try
            {
                await cluster.LaunchAsync(patience.Token);
                return cluster;
            }
            catch (BrokerExitedException exited) when (exited.PortWasTaken && attempt < Attempts)
            {
                await cluster.DisposeAsync();
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    private static async Task<KafkaCluster> CreateAsync(
        int brokers, Func<int> nextPort, string properties, IReadOnlyList<int>? advertised, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("kafka-consume-").FullName;
        var clusterId = Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', 'a').Replace('/', 'b');
        var controllerPorts = Enumerable.Range(0, brokers).Select(_ => nextPort()).ToArray();
        var files = new List<KafkaBrokerFiles>();
        for (var nodeId = 1; nodeId <= brokers; nodeId++)
        {
            (int, int)? proxied = advertised is null ? null : (nextPort(), advertised[nodeId - 1]);
            files.Add(await KafkaBrokerFiles.WriteAsync(folder, nodeId, nextPort(), controllerPorts, properties, proxied));
        }

        await Task.WhenAll(files.Select(broker => broker.FormatAsync(clusterId, cancellationToken)));
        return new KafkaCluster(folder, [.. files.Select(broker => new KafkaBroker(broker))]);
    }

    private Task LaunchAsync(CancellationToken cancellationToken) =>
        BrokerStart.RunAsync([.. Brokers.Where(broker => !broker.IsRunning)], cancellationToken);
}
