using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaConsume.Embedded;

/// <summary>
/// A Kafka cluster inside this process, on free ports of 127.0.0.1, for demos and tests: librdkafka's mock cluster,
/// which any Kafka client can talk to. It starts within milliseconds, keeps everything in memory, and fails on command.
/// </summary>
/// <remarks>
/// <para>
/// It is not a Kafka broker. librdkafka marks it as experimental, and these are its limits:
/// </para>
/// <list type="bullet">
/// <item>A partition keeps 5 MiB or 100,000 records, whichever is less, and drops the oldest.</item>
/// <item>No TLS, no SASL, no ACLs. Failures of authorization can be injected with <see cref="FailNext"/>.</item>
/// <item>
/// Topics are made by <see cref="CreateTopic"/>, or with four partitions by the first client that names one and may
/// create it; the admin requests to create, change or delete topics, records, groups, configurations and ACLs are missing.
/// <c>ListConsumerGroupsAsync</c> of Confluent.Kafka 2.15.1 ends the process where a broker lacks the request: do not call it.
/// </item>
/// <item>Offsets by time are not looked up: the answer is always the end of the partition.</item>
/// <item>
/// A fetch that finds no records is answered after <c>fetch.wait.max.ms</c> (500 by default), even when a record arrives
/// sooner. Consumers with a low value see records sooner.
/// </item>
/// <item>A fetch is answered with one produced batch for each partition.</item>
/// <item>Committed offsets are not checked against the partition, and transactions do not hide records.</item>
/// <item>
/// A group of the classic protocol that has members admits another one when <c>session.timeout.ms</c> less one second has
/// passed: 44 seconds with the default. Tests that need two members set it to 2 seconds, or use the KIP-848 protocol.
/// All members must prefer the same assignor, or librdkafka ends the process.
/// </item>
/// </list>
/// <para>All members may be called from any thread. After disposal they throw <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
public sealed partial class EmbeddedKafka : IDisposable, IAsyncDisposable
{
    private const int MaxBrokers = 100;
    private static readonly TimeSpan TimeBetweenCommands = TimeSpan.FromMilliseconds(1);
    private readonly MockClusterHandle _cluster;
    private readonly Lock _gate = new();
    private readonly bool[] _stopped;
    private long _lastCommand = TimeProvider.System.GetTimestamp();

    private EmbeddedKafka(MockClusterHandle cluster, int brokers)
    {
        _cluster = cluster;
        _stopped = new bool[brokers];
        Brokers = brokers;
        BootstrapServers = Marshal.PtrToStringUTF8(NativeMethods.ClusterBootstraps(cluster))!;
    }

    /// <summary>Gets the addresses of all brokers, for <c>bootstrap.servers</c>: <c>127.0.0.1:41234,127.0.0.1:41235</c>.</summary>
    public string BootstrapServers { get; }

    /// <summary>Gets the number of brokers. Their ids are 1 to this number.</summary>
    public int Brokers { get; }

    /// <summary>Starts a cluster.</summary>
    /// <param name="brokers">The number of brokers, from 1 to 100.</param>
    /// <returns>The running cluster.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="brokers"/> is out of range.</exception>
    /// <exception cref="EmbeddedKafkaException">The cluster could not start.</exception>
    public static EmbeddedKafka Start(int brokers = 1) => Start(new EmbeddedKafkaOptions { Brokers = brokers });

    /// <summary>Starts a cluster.</summary>
    /// <param name="options">How to set it up.</param>
    /// <returns>The running cluster.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="EmbeddedKafkaException">The cluster could not start.</exception>
    public static EmbeddedKafka Start(EmbeddedKafkaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check.Range(options.Brokers, 1, MaxBrokers);
        var rebalanceDelay = Check.Milliseconds(options.GroupInitialRebalanceDelay);
        var heartbeatInterval = Check.Milliseconds(options.ConsumerGroupHeartbeatInterval, min: 1);
        var sessionTimeout = Check.Milliseconds(options.ConsumerGroupSessionTimeout, min: 1);

        var cluster = MockClusterHandle.Create(options.Brokers);
        NativeMethods.SetGroupInitialRebalanceDelay(cluster, rebalanceDelay);
        NativeMethods.SetConsumerGroupHeartbeatInterval(cluster, heartbeatInterval);
        NativeMethods.SetConsumerGroupSessionTimeout(cluster, sessionTimeout);

        // Without a controller, admin clients wait for one until they time out.
        NativeMethods.SetControllerId(cluster, 1);
        return new EmbeddedKafka(cluster, options.Brokers);
    }

    /// <summary>Creates a topic. A topic that is created again after <see cref="DeleteTopic"/> gets another topic id.</summary>
    /// <param name="name">The name of the topic.</param>
    /// <param name="partitions">The number of partitions, from 1 to 10,000.</param>
    /// <param name="replicationFactor">The number of replicas of each partition, from 1 to <see cref="Brokers"/>.</param>
    /// <exception cref="ArgumentException">An argument is empty or out of range.</exception>
    /// <exception cref="EmbeddedKafkaException">The topic exists.</exception>
    public void CreateTopic(string name, int partitions = 1, int replicationFactor = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Check.Range(partitions, 1, 10_000);
        Check.Range(replicationFactor, 1, Brokers);
        Run(
            $"create topic '{name}' with {partitions} partitions and replication factor {replicationFactor}",
            cluster => NativeMethods.TopicCreate(cluster, name, partitions, replicationFactor));
    }

    /// <summary>Deletes a topic with its records and the offsets that groups have committed for it.</summary>
    /// <param name="name">The name of the topic.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="EmbeddedKafkaException">There is no such topic.</exception>
    public void DeleteTopic(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Run($"delete topic '{name}'", cluster => NativeMethods.TopicDelete(cluster, name));
    }

    /// <summary>Deletes the oldest records of a partition, as retention does.</summary>
    /// <param name="topic">The name of the topic.</param>
    /// <param name="partition">The partition, from 0.</param>
    /// <param name="beforeOffset">The first offset to keep, not below the first one that the partition still has.</param>
    /// <exception cref="ArgumentException">An argument is empty or negative.</exception>
    /// <exception cref="EmbeddedKafkaException">There is no such partition, or it ends before that offset.</exception>
    public void DeleteRecords(string topic, int partition, long beforeOffset)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfNegative(beforeOffset);
        Run(
            $"delete records of '{topic}' [{partition}] before offset {beforeOffset}",
            cluster => NativeMethods.PartitionDeleteRecords(cluster, topic, partition, beforeOffset));
    }

    /// <summary>Stops the cluster and closes all connections. Further calls do nothing.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            AwaitTheLastCommand();
            _cluster.Dispose();
        }
    }

    /// <inheritdoc cref="Dispose"/>
    /// <returns>A completed task: the cluster stops within milliseconds.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Run(string operation, Func<MockClusterHandle, ErrorCode> command)
    {
        ErrorCode result;
        lock (_gate)
        {
            var cluster = Live();
            AwaitTheLastCommand();
            result = command(cluster);
            _lastCommand = TimeProvider.System.GetTimestamp();
        }

        if (result != ErrorCode.NoError)
        {
            throw new EmbeddedKafkaException(operation, result);
        }
    }

    // The cluster's thread answers a command before it clears its wake-up signal, and so may clear that of a command which
    // follows at once: it would sleep for a second.
    private void AwaitTheLastCommand()
        => SpinWait.SpinUntil(() => TimeProvider.System.GetElapsedTime(_lastCommand) >= TimeBetweenCommands);

    private MockClusterHandle Live()
    {
        ObjectDisposedException.ThrowIf(_cluster.IsClosed, this);
        return _cluster;
    }
}
