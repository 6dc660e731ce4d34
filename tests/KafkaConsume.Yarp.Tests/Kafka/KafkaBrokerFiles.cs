namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>A broker as it lies on disk: its properties, its data, and the command lines that use them.</summary>
internal sealed class KafkaBrokerFiles
{
    // A small heap and the quick compiler: a test's broker lives for seconds, and three of them fit on a small machine.
    private static readonly string[] JavaOptions = ["-Xms64m", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

    private readonly string _folder;
    private readonly string _properties;

    private KafkaBrokerFiles(int nodeId, int port, int proxiedPort, string folder, string properties)
    {
        (NodeId, Port, ProxiedPort) = (nodeId, port, proxiedPort);
        (_folder, _properties) = (folder, properties);
    }

    public int NodeId { get; }

    public int Port { get; }

    /// <summary>Gets where it listens for clients that reach it by an address of somebody between; 0 if there is nobody.</summary>
    public int ProxiedPort { get; }

    /// <param name="folder">The cluster's folder.</param>
    /// <param name="nodeId">The broker's number, from 1.</param>
    /// <param name="port">Where it listens for clients.</param>
    /// <param name="controllerPorts">Where the controllers of all brokers listen, its own included, in the order of the numbers.</param>
    /// <param name="more">Further properties, a line each; they win over others.</param>
    /// <param name="proxied">A second port, and the one that clients are to use instead, since somebody stands there.</param>
    public static async Task<KafkaBrokerFiles> WriteAsync(
        string folder, int nodeId, int port, IReadOnlyList<int> controllerPorts, string more = "", (int Port, int Advertised)? proxied = null)
    {
        var voters = string.Join(',', controllerPorts.Select((controllerPort, index) => $"{index + 1}@127.0.0.1:{controllerPort}"));
        var replicas = controllerPorts.Count;
        var inSync = Math.Min(2, replicas);
        var properties = Path.Combine(folder, $"broker-{nodeId}.properties");
        await File.WriteAllTextAsync(
            properties,
            $"""
            process.roles=broker,controller
            node.id={nodeId}
            controller.quorum.voters={voters}
            listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controllerPorts[nodeId - 1]}{(proxied is { Port: var listen } ? $",PROXIED://127.0.0.1:{listen}" : "")}
            advertised.listeners=PLAINTEXT://127.0.0.1:{port}{(proxied is { Advertised: var advertised } ? $",PROXIED://127.0.0.1:{advertised}" : "")}
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT
            log.dirs={Path.Combine(folder, $"broker-{nodeId}")}
            auto.create.topics.enable=false
            default.replication.factor={replicas}
            min.insync.replicas={inSync}
            offsets.topic.replication.factor={replicas}
            offsets.topic.num.partitions=1
            transaction.state.log.replication.factor={replicas}
            transaction.state.log.min.isr={inSync}
            transaction.state.log.num.partitions=1
            share.coordinator.state.topic.replication.factor={replicas}
            share.coordinator.state.topic.min.isr={inSync}
            share.coordinator.state.topic.num.partitions=1
            group.initial.rebalance.delay.ms=0
            broker.heartbeat.interval.ms=300
            broker.session.timeout.ms=3000
            {more}
            """);
        return new KafkaBrokerFiles(nodeId, port, proxied?.Port ?? 0, folder, properties);
    }

    /// <summary>Makes the data folder of a broker that has never run.</summary>
    public async Task FormatAsync(string clusterId, CancellationToken cancellationToken)
    {
        await using var format = Java("kafka.tools.StorageTool", "format", "-t", clusterId, "-c", _properties);
        await format.WaitForExitAsync(cancellationToken);
        if (!Directory.Exists(Path.Combine(_folder, $"broker-{NodeId}")))
        {
            throw new InvalidOperationException($"The data folder of broker {NodeId} was not made:\n{format.Output}");
        }
    }

    public WatchedProcess Launch() => Java("kafka.Kafka", _properties);

    private WatchedProcess Java(params string[] arguments)
    {
        var jars = Path.Combine(RealKafka.Home!, "libs");
        return Directory.Exists(jars)
            ? WatchedProcess.Start(_folder, ["java", .. JavaOptions, "-cp", $"{jars}/*", .. arguments])
            : throw new InvalidOperationException($"KAFKA_HOME has no folder libs: {jars}");
    }
}
