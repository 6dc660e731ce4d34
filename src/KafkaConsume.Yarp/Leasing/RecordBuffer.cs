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

    public void Add(BufferedRecord record)
    {
        record.Partition.Add(record);
        Counted(record.Size);
        if (record.Partition.Turn.List is null)
        {
            _turns.AddLast(record.Partition.Turn);
        }
    }

    /// <summary>Puts a record back that was handed out, before all later ones of its partition.</summary>
    public void Return(BufferedRecord record)
    {
        record.Partition.Return(record);
        Counted(record.Size);
        if (record.Partition.Turn.List is not null)
        {
            _turns.Remove(record.Partition.Turn);
        }

        _turns.AddFirst(record.Partition.Turn);
    }

    /// <summary>Hands out records.</summary>
    /// <param name="maxRecords">The most records, at least 1.</param>
    /// <param name="maxBytes">The most bytes of key, value and headers; the first record may be larger.</param>
    public BufferedRecord[] Take(int maxRecords, int maxBytes)
    {
        var taken = new List<BufferedRecord>(Math.Min(Count, maxRecords));
        var bytes = 0L;
        while (taken.Count < maxRecords && _turns.First is { } turn)
        {
            var partition = turn.Value;
            if (taken.Count > 0 && bytes + partition.Peek().Size > maxBytes)
            {
                break;
            }

            var record = partition.Dequeue();
            taken.Add(record);
            bytes += record.Size;
            if (partition.Count == 0)
            {
                _turns.Remove(turn);
            }
        }

        Count -= taken.Count;
        Bytes -= bytes;
        if (_turns.First is { } last && _turns.Count > 1 && taken.Count > 0 && taken[^1].Partition == last.Value)
        {
            _turns.RemoveFirst();
            _turns.AddLast(last);
        }

        return [.. taken];
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

        partition.End();
    }

    private void Counted(int size)
    {
        Count++;
        Bytes += size;
    }
}
