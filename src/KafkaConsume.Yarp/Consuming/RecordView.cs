using Confluent.Kafka;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>A record where it lies: valid only while the consumer holds its bytes.</summary>
internal readonly ref struct RecordView
{
    /// <summary>The <see cref="TimestampMs"/> of a record without a timestamp.</summary>
    public const long NoTimestamp = -1;

    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required long Offset { get; init; }

    /// <summary>Gets the milliseconds since 1970 (UTC), or <see cref="NoTimestamp"/>.</summary>
    public required long TimestampMs { get; init; }

    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Gets a value indicating whether there is a key; an empty key is one, null is not.</summary>
    public bool HasKey { get; init; }

    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Gets a value indicating whether there is a value; a record without one is a tombstone.</summary>
    public bool HasValue { get; init; }

    public Headers? Headers { get; init; }

    /// <summary>Gets for the how many-th time the record is handed out; 0 where nobody counts.</summary>
    public int Attempt { get; init; }
}
