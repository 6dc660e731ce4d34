using Confluent.Kafka;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>A record where it lies: valid only while the consumer holds its bytes.</summary>
internal readonly ref struct RecordView
{
    /// <summary>The <see cref="TimestampMs"/> of a record without a timestamp.</summary>
    public const long NoTimestamp = -1;

    /// <summary>The most bytes of a key that goes with a record that is too large.</summary>
    private const int MaxKeyBytes = 64 * 1024;

    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required long Offset { get; init; }

    /// <summary>Gets the milliseconds since 1970 (UTC), or <see cref="NoTimestamp"/>.</summary>
    public required long TimestampMs { get; init; }

    /// <summary>Gets what kind of time the timestamp is. Only records that are read for a group have it, as their <see cref="LeaderEpoch"/>.</summary>
    public TimestampType TimestampType { get; init; }

    /// <summary>Gets the epoch of the partition's leader when the record was read; null where it is not known.</summary>
    public int? LeaderEpoch { get; init; }

    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Gets a value indicating whether there is a key; an empty key is one, null is not.</summary>
    public bool HasKey { get; init; }

    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Gets a value indicating whether there is a value; a record without one is a tombstone.</summary>
    public bool HasValue { get; init; }

    public RecordHeaders? Headers { get; init; }

    /// <summary>Gets for the how many-th time the record is handed out; 0 where nobody counts.</summary>
    public int Attempt { get; init; }

    /// <summary>Gets a value indicating whether the record was too large, so that its value and headers, and maybe its key, are left out.</summary>
    public bool IsCut { get; private init; }

    /// <summary>Leaves out what makes the record too large.</summary>
    public RecordView Cut()
    {
        var hasKey = HasKey && Key.Length <= MaxKeyBytes;
        return new RecordView
        {
            Topic = Topic,
            Partition = Partition,
            Offset = Offset,
            TimestampMs = TimestampMs,
            TimestampType = TimestampType,
            LeaderEpoch = LeaderEpoch,
            Key = hasKey ? Key : default,
            HasKey = hasKey,
            Attempt = Attempt,
            IsCut = true,
        };
    }
}
