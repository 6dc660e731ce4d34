namespace KafkaConsume.Embedded;

public sealed partial class EmbeddedKafka
{
    private const int NoBroker = -1;

    // From the next versions on, librdkafka 2.15.1 tells the new leader in the answer to a fetch or a produce request, and reads it
    // through a null pointer where there is none.
    private const short LastFetchVersionWithoutLeader = 11;
    private const short LastProduceVersionWithoutLeader = 9;
    private bool _areVersionsLimited;

    /// <summary>
    /// Stops a broker: its connections are closed and new ones are refused. It stays the leader and the coordinator of what
    /// it was; <see cref="MoveLeader"/> and <see cref="MoveCoordinator"/> change that.
    /// </summary>
    /// <param name="brokerId">The broker, from 1. Stopping one that is stopped does nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such broker.</exception>
    public void StopBroker(int brokerId)
    {
        Check.Range(brokerId, 1, Brokers);
        lock (_gate)
        {
            Run($"stop broker {brokerId}", cluster => NativeMethods.BrokerSetDown(cluster, brokerId));
            _stopped[brokerId - 1] = true;
        }
    }

    /// <summary>Starts a stopped broker, at the same address and with the same records.</summary>
    /// <param name="brokerId">The broker, from 1. Starting one that runs does nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such broker.</exception>
    public void StartBroker(int brokerId)
    {
        Check.Range(brokerId, 1, Brokers);
        lock (_gate)
        {
            Run($"start broker {brokerId}", cluster => NativeMethods.BrokerSetUp(cluster, brokerId));
            _stopped[brokerId - 1] = false;
        }
    }

    /// <summary>Delays every answer of a broker.</summary>
    /// <param name="brokerId">The broker, from 1.</param>
    /// <param name="roundTripTime">The delay, in whole milliseconds; zero ends it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such broker, or the delay is negative.</exception>
    public void SetRoundTripTime(int brokerId, TimeSpan roundTripTime)
    {
        Check.Range(brokerId, 1, Brokers);
        var milliseconds = Check.Milliseconds(roundTripTime);
        Run(
            $"set the round trip time of broker {brokerId} to {roundTripTime}",
            cluster => NativeMethods.BrokerSetRoundTripTime(cluster, brokerId, milliseconds));
    }

    /// <summary>Makes another broker the leader of a partition. A topic that does not exist is created.</summary>
    /// <param name="topic">The name of the topic.</param>
    /// <param name="partition">The partition, from 0.</param>
    /// <param name="brokerId">The new leader, from 1.</param>
    /// <exception cref="ArgumentException">The name is empty, the partition negative, or there is no such broker.</exception>
    /// <exception cref="EmbeddedKafkaException">There is no such partition.</exception>
    public void MoveLeader(string topic, int partition, int brokerId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        Check.Range(brokerId, 1, Brokers);
        Run(
            $"move the leader of '{topic}' [{partition}] to broker {brokerId}",
            cluster => NativeMethods.PartitionSetLeader(cluster, topic, partition, brokerId));
    }

    /// <summary>
    /// Leaves a partition without a leader, until <see cref="MoveLeader"/> gives it one. A topic that does not exist is created.
    /// </summary>
    /// <param name="topic">The name of the topic.</param>
    /// <param name="partition">The partition, from 0.</param>
    /// <exception cref="ArgumentException">The name is empty or the partition negative.</exception>
    /// <exception cref="EmbeddedKafkaException">There is no such partition.</exception>
    /// <remarks>
    /// The first call closes all connections, and limits fetches to version 11 and produce requests to version 9 from then on: consumers
    /// no longer name a topic by its id when they fetch, and neither they nor producers are told the new leader. librdkafka would end the
    /// process otherwise.
    /// </remarks>
    public void RemoveLeader(string topic, int partition)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        var operation = $"remove the leader of '{topic}' [{partition}]";
        lock (_gate)
        {
            LimitVersions(operation);
            Run(operation, cluster => NativeMethods.PartitionSetLeader(cluster, topic, partition, NoBroker));
        }
    }

    /// <summary>Makes a broker the coordinator of a group or of a transactional producer.</summary>
    /// <param name="kind">What the key names.</param>
    /// <param name="key">The <c>group.id</c> or the <c>transactional.id</c>.</param>
    /// <param name="brokerId">The coordinator, from 1.</param>
    /// <exception cref="ArgumentException">The key is empty, or there is no such kind or broker.</exception>
    public void MoveCoordinator(CoordinatorKind kind, string key, int brokerId)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Check.Range(brokerId, 1, Brokers);
        var type = kind switch
        {
            CoordinatorKind.Group => "group",
            CoordinatorKind.Transaction => "transaction",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The kind must be a group or a transaction."),
        };
        Run(
            $"move the coordinator of {type} '{key}' to broker {brokerId}",
            cluster => NativeMethods.CoordinatorSet(cluster, type, key, brokerId));
    }

    private void LimitVersions(string operation)
    {
        if (_areVersionsLimited)
        {
            return;
        }

        Run(operation, cluster => NativeMethods.SetApiVersions(cluster, (short)KafkaApi.Fetch, 0, LastFetchVersionWithoutLeader));
        Run(operation, cluster => NativeMethods.SetApiVersions(cluster, (short)KafkaApi.Produce, 0, LastProduceVersionWithoutLeader));

        // Clients negotiate versions once per connection.
        for (var id = 1; id <= Brokers; id++)
        {
            if (!_stopped[id - 1])
            {
                Run(operation, cluster => NativeMethods.BrokerSetDown(cluster, id));
                Run(operation, cluster => NativeMethods.BrokerSetUp(cluster, id));
            }
        }

        _areVersionsLimited = true;
    }
}
