namespace KafkaConsume.Yarp.Leasing;

/// <summary>How a group's records are handed out and when its position moves.</summary>
/// <param name="CommitStrategy">What moves the position.</param>
internal sealed record DeliveryRules(KafkaCommitStrategy CommitStrategy)
{
    /// <summary>How many records of a partition clients may have that ask for batches, where the route does not say.</summary>
    public const int PartitionRecords = 10_000;

    /// <summary>How many records the client of a stream may have, where the route does not say.</summary>
    public const int ClientRecords = 100;

    /// <summary>Gets a value indicating whether clients keep records until they have said what became of them.</summary>
    public bool IsLeasing => CommitStrategy == KafkaCommitStrategy.ClientAcks;

    /// <summary>Gets how long a client may keep a record without saying anything.</summary>
    public TimeSpan AckTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Gets how often a record may be handed out in vain; 0 for as often as it takes.</summary>
    public int MaxDeliveries { get; init; }

    /// <summary>Gets what the names of batches begin with: who has handed them out.</summary>
    public string ReplicaMark { get; init; } = "";

    /// <summary>Gets how long a record waits that was refused for the second time.</summary>
    public TimeSpan Backoff { get; init; }

    /// <summary>Gets how long a refused record waits at most.</summary>
    public TimeSpan BackoffMax { get; init; }

    /// <summary>Gets the topic of the records that were handed out in vain too often; null to pass over them.</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>Gets how many records of one partition may be with clients.</summary>
    public int MaxInFlight { get; init; } = int.MaxValue;

    /// <summary>Gets how many bytes of one partition may be with clients; the first record may have more.</summary>
    public long MaxInFlightBytes { get; init; } = long.MaxValue;

    /// <summary>Gets how the streams of the group share its records.</summary>
    public KafkaGroupDistribution Distribution { get; init; }

    /// <summary>Gets how many records the client of one stream may have.</summary>
    public int ClientMaxInFlight { get; init; } = RecordBuffer.MaxRecords;

    /// <summary>Gets how many bytes the client of one stream may have; the first record may have more.</summary>
    public long ClientMaxInFlightBytes { get; init; } = RecordBuffer.MaxBytes;

    /// <summary>Gets how many records a partition may be read ahead of its first unsettled one.</summary>
    public int MaxSpan => 2 * (MaxInFlight == int.MaxValue ? RecordBuffer.MaxRecords : Math.Max(MaxInFlight, RecordBuffer.MaxRecords));

    /// <summary>Gets the rules of a route.</summary>
    public static DeliveryRules Of(KafkaRouteOptions options) => options.CommitStrategy == KafkaCommitStrategy.ClientAcks
        ? new DeliveryRules(options.CommitStrategy)
        {
            AckTimeout = options.AckTimeout,
            MaxDeliveries = options.MaxDeliveries,
            Backoff = options.RedeliveryBackoff,
            BackoffMax = options.RedeliveryBackoffMax,
            DeadLetterTopic = options.EnableDlq ? options.DlqTopic : null,
            MaxInFlight = options.MaxInFlight ?? PartitionRecords,
            MaxInFlightBytes = options.MaxInFlightBytes,
            ClientMaxInFlight = options.MaxInFlight ?? ClientRecords,
            ClientMaxInFlightBytes = options.MaxInFlightBytes,
            Distribution = options.ConsumerGroupDistribution,
        }
        : new DeliveryRules(options.CommitStrategy) { Distribution = options.ConsumerGroupDistribution };

    /// <summary>Gets how long a record waits that was refused for the how many-th time. The first refusal may well be its client's own trouble.</summary>
    public TimeSpan BackoffAfter(int failures) => failures < 2 ? TimeSpan.Zero : Doubling.Of(Backoff, failures - 2, BackoffMax);
}
