using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>What everybody in a run of chaos shares.</summary>
internal sealed class ChaosWorld(string topic, int partitions, string bootstrapServers, TimeSpan ackTimeout)
{
    /// <summary>Every how many records there is one that no client can deal with.</summary>
    private const int PoisonPause = 100;

    private readonly TopicPartition[] _partitions = [.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition))];
    private int _users;
    private volatile bool _isCalm;
    private volatile bool _isOver;

    public string Topic => topic;

    /// <summary>Gets the topic's partitions. One object for each: histories name them millions of times.</summary>
    public IReadOnlyList<TopicPartition> Partitions => _partitions;

    /// <summary>Gets or sets the topic of the dead letters; null where there is none.</summary>
    public string? DeadLetterTopic { get; set; }

    /// <summary>Gets or sets a value indicating whether each partition is one stream's alone.</summary>
    public bool IsByPartition { get; set; }

    /// <summary>Gets or sets a value indicating whether streams are sent no more than they have allowed.</summary>
    public bool NeedsPermits { get; set; }

    public string BootstrapServers => bootstrapServers;

    public TimeSpan AckTimeout => ackTimeout;

    public HistoryLog Log { get; } = new(TimeProvider.System);

    public List<ChaosGateway> Gateways { get; } = [];

    /// <summary>Gets or sets a value indicating whether the faults are over and clients do everything right.</summary>
    public bool IsCalm
    {
        get => _isCalm;
        set => _isCalm = value;
    }

    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    /// <summary>Says whether no client can deal with a record, for as long as things fail.</summary>
    public bool IsPoison(RecordId record) => !IsCalm && record.Offset % PoisonPause == PoisonPause / 2;

    public static Task PauseAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, CancellationToken.None);

    public static Task PauseAsync(int milliseconds) => PauseAsync(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Gets a name for a user: another one for each who does not know what he has.</summary>
    public string NextUser() => $"user{Interlocked.Increment(ref _users)}";
}
