namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// The records that wait for clients: in the order of offsets within a partition, the partitions in turn. Says when it is full, and
/// takes more all the same, since what Kafka has given cannot be refused.
/// </summary>
internal sealed class RecordBuffer
{
    public const int MaxRecords = 10_000;
    public const int MaxBytes = 16 * 1024 * 1024;

    private readonly LinkedList<OwnedPartition> _turns = new();

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public bool IsFull => Count >= MaxRecords || Bytes >= MaxBytes;

    /// <summary>Gets a value indicating whether there is so much room that filling it is worth starting again.</summary>
    public bool HasRoom => Count <= MaxRecords / 2 && Bytes <= MaxBytes / 2;

    /// <summary>Gets a value indicating whether there is a record that may be handed out.</summary>
    public bool HasNext => _turns.Count > 0;

    /// <summary>Takes note that a record waits.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isNext">Whether its partition is next.</param>
    public void Add(TrackedRecord record, bool isNext = false)
    {
        Count++;
        Bytes += record.Size;
        if (isNext && record.Partition.Turn.List is not null)
        {
            _turns.Remove(record.Partition.Turn);
        }

        Queue(record.Partition, isNext);
    }

    /// <summary>Gets the next record, or null if none may be handed out.</summary>
    public TrackedRecord? Peek() => _turns.First?.Value.Peek();

    /// <summary>Takes the record that is next. A partition is emptied before the next one's turn.</summary>
    public TrackedRecord Take()
    {
        var partition = _turns.First!.Value;
        var record = partition.Dequeue();
        Count--;
        Bytes -= record.Size;
        Queue(partition);
        return record;
    }

    /// <summary>Ends a partition's turn, if it has it.</summary>
    public void EndTurn(OwnedPartition partition)
    {
        if (_turns.First == partition.Turn && _turns.Count > 1)
        {
            _turns.RemoveFirst();
            _turns.AddLast(partition.Turn);
        }
    }

    /// <summary>Puts a partition into the line when it has something to give, and takes it out when it has not, or may not.</summary>
    public void Queue(OwnedPartition partition, bool isNext = false)
    {
        var gives = partition.Count > 0 && !partition.IsBlocked;
        if (!gives && partition.Turn.List is not null)
        {
            _turns.Remove(partition.Turn);
        }
        else if (gives && partition.Turn.List is null && isNext)
        {
            _turns.AddFirst(partition.Turn);
        }
        else if (gives && partition.Turn.List is null)
        {
            _turns.AddLast(partition.Turn);
        }
    }

    /// <summary>Drops what waits of a partition, whose ownership ends.</summary>
    public void Drop(OwnedPartition partition)
    {
        Count -= partition.Count;
        Bytes -= partition.Bytes;
        if (partition.Turn.List is not null)
        {
            _turns.Remove(partition.Turn);
        }
    }
}
