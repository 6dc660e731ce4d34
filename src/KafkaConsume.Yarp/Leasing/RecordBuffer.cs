namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// The records that wait for clients: in the order of offsets within a partition, the partitions in turn. Says when it is full, and
/// takes more all the same, since what Kafka has given cannot be refused.
/// </summary>
internal sealed class RecordBuffer
{
    public const int MaxRecords = 10_000;
    public const int MaxBytes = 16 * 1024 * 1024;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Gets a value indicating whether so much has been taken since it was full that it is worth while to read on.</summary>
    public bool HasRoom => Count <= MaxRecords / 2 && Bytes <= MaxBytes / 2;

    /// <summary>Gets the partitions that everybody may take from.</summary>
    public TurnLine Shared { get; } = new();

    /// <summary>Gets a value indicating whether there is a record that may be handed out to everybody.</summary>
    public bool HasNext => Shared.HasNext;

    /// <summary>Takes note that a record waits.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isNext">Whether its partition is next.</param>
    public void Add(TrackedRecord record, bool isNext = false)
    {
        Count++;
        Bytes += record.Size;
        record.Partition.Queue(isNext);
    }

    /// <summary>Takes the record that is next in a line. A partition is emptied before the next one's turn.</summary>
    /// <param name="line">The line.</param>
    /// <param name="toSession">Whether a stream gets it.</param>
    public TrackedRecord Take(TurnLine line, bool toSession)
    {
        var partition = line.First;
        var record = partition.Dequeue(toSession);
        Count--;
        Bytes -= record.Size;
        partition.Queue();
        return record;
    }

    /// <summary>Drops what waits of a partition, whose ownership ends.</summary>
    public void Drop(OwnedPartition partition)
    {
        Count -= partition.Count;
        Bytes -= partition.Bytes;
        partition.Enter(null);
    }
}
