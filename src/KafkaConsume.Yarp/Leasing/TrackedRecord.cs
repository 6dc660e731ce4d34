using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// A record during one ownership of its partition, and what has become of it. Changed by its <see cref="OwnedPartition"/> and by
/// <see cref="RecordCustody"/> alone.
/// </summary>
internal sealed class TrackedRecord(StoredRecord record, OwnedPartition partition)
{
    private LinkedListNode<TrackedRecord>? _place;

    /// <summary>Gets the record as Kafka gave it; null when it has been dealt with, so that waiting for older ones costs no memory.</summary>
    public StoredRecord? Record { get; private set; } = record;

    public long Offset { get; } = record.Offset;

    public int? LeaderEpoch { get; } = record.LeaderEpoch;

    /// <summary>Gets the bytes of key, value and headers.</summary>
    public int Size { get; } = record.Size;

    /// <summary>Gets the ownership under which the record came.</summary>
    public OwnedPartition Partition { get; } = partition;

    public RecordState State { get; set; }

    /// <summary>Gets or sets how often the record has been handed out.</summary>
    public int Attempts { get; set; }

    /// <summary>Gets or sets how often it was handed out in vain: refused by its client, or not settled in time.</summary>
    public int Failures { get; set; }

    /// <summary>Gets or sets why the record was given up.</summary>
    public string? Reason { get; set; }

    /// <summary>Gets or sets who has the record; null unless somebody has.</summary>
    public RecordHolder? Holder { get; set; }

    /// <summary>Gets or sets a value indicating whether the last one to get the record was a stream.</summary>
    public bool IsWithSession { get; set; }

    /// <summary>Gets or sets the place among its holder's records. The holder's own.</summary>
    public int HolderIndex { get; set; }

    /// <summary>Gets or sets the moment from which the holder's time counts.</summary>
    public long HeldSince { get; set; }

    /// <summary>Gets the place in the line of those whose time may run out; in no line when nobody has the record.</summary>
    public LinkedListNode<TrackedRecord> Place => _place ??= new LinkedListNode<TrackedRecord>(this);

    /// <summary>Lets go of the record's bytes.</summary>
    public void Drop() => Record = null;
}
