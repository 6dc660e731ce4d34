using Confluent.Kafka;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>
/// A record that outlives its reading, its key and value in one array. Whoever writes it to a client may do so for as long as that takes:
/// the array is never used for another one.
/// </summary>
internal sealed class StoredRecord
{
    private readonly byte[] _bytes;
    private readonly int _keyLength;
    private readonly bool _hasKey;
    private readonly bool _hasValue;

    public StoredRecord(in RecordView record)
    {
        (Topic, Partition, Offset, LeaderEpoch) = (record.Topic, record.Partition, record.Offset, record.LeaderEpoch);
        (TimestampMs, TimestampType, IsCut) = (record.TimestampMs, record.TimestampType, record.IsCut);
        (_hasKey, _hasValue, _keyLength) = (record.HasKey, record.HasValue, record.Key.Length);
        _bytes = new byte[record.Key.Length + record.Value.Length];
        record.Key.CopyTo(_bytes);
        record.Value.CopyTo(_bytes.AsSpan(_keyLength));
        Headers = record.Headers?.Copy();
    }

    public string Topic { get; }

    public int Partition { get; }

    public long Offset { get; }

    /// <summary>Gets the epoch of the partition's leader when the record was read; null where it is not known.</summary>
    public int? LeaderEpoch { get; }

    /// <summary>Gets the milliseconds since 1970 (UTC), or <see cref="RecordView.NoTimestamp"/>.</summary>
    public long TimestampMs { get; }

    public TimestampType TimestampType { get; }

    /// <summary>Gets the key, or null.</summary>
    public byte[]? Key => _hasKey ? _bytes[.._keyLength] : null;

    /// <summary>Gets the value, or null.</summary>
    public byte[]? Value => _hasValue ? _bytes[_keyLength..] : null;

    public RecordHeaders? Headers { get; }

    /// <summary>Gets a value indicating whether the record was too large to be kept whole: value and headers, and maybe the key, are missing.</summary>
    public bool IsCut { get; }

    /// <summary>Gets the bytes of key, value and headers.</summary>
    public int Size => _bytes.Length + (Headers?.Size ?? 0);

    /// <summary>Gets the record as a client gets it: without its value where that is too large for one.</summary>
    /// <param name="attempt">For the how many-th time it is handed out; 0 where nobody counts.</param>
    public RecordView View(int attempt = 0)
    {
        var view = new RecordView
        {
            Topic = Topic,
            Partition = Partition,
            Offset = Offset,
            TimestampMs = TimestampMs,
            TimestampType = TimestampType,
            LeaderEpoch = LeaderEpoch,
            Key = _bytes.AsSpan(0, _keyLength),
            HasKey = _hasKey,
            Value = _bytes.AsSpan(_keyLength),
            HasValue = _hasValue,
            Headers = Headers,
            Attempt = attempt,
        };
        return IsCut || RecordWeight.IsTooLarge(view, Size) ? view.Cut() : view;
    }
}
