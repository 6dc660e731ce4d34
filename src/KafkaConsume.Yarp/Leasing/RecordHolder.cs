namespace KafkaConsume.Yarp.Leasing;

/// <summary>Somebody who has records: an answer, until it is written or for as long as it is leased, or a stream.</summary>
/// <param name="id">What names it to its client; empty for one that is never named.</param>
/// <param name="user">Who it is; null for everybody who has not logged in.</param>
internal sealed class RecordHolder(string id, string? user)
{
    private readonly List<TrackedRecord> _records = [];
    private readonly List<OwnedPartition> _partitions = [];
    private bool _hasSettled;

    public string Id { get; } = id;

    public string? User { get; } = user;

    /// <summary>Gets the stream, where it is one.</summary>
    public Session? Session { get; init; }

    /// <summary>Gets the bytes of the records.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets the records, in no order.</summary>
    public IReadOnlyList<TrackedRecord> Records => _records;

    /// <summary>Gets the partitions from which records of an answer have come, each once.</summary>
    public IReadOnlyList<OwnedPartition> Partitions => _partitions;

    /// <summary>Gets or sets a value indicating whether a record was taken away before its holder had said what became of it.</summary>
    public bool HasLost { get; set; }

    /// <summary>Gets a value indicating whether all has been done that was to be done.</summary>
    public bool IsSettled => _records.Count == 0 && _hasSettled && !HasLost;

    public void Add(TrackedRecord record)
    {
        record.Holder = this;
        record.HolderIndex = _records.Count;
        _records.Add(record);
        Bytes += record.Size;
        if (Session is not null)
        {
            Session.Got(record);
        }
        else if ((_partitions.Count == 0 || _partitions[^1] != record.Partition) && !_partitions.Contains(record.Partition))
        {
            _partitions.Add(record.Partition);
        }
    }

    /// <summary>Lets go of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isSettled">Whether it has been dealt with.</param>
    public void Remove(TrackedRecord record, bool isSettled)
    {
        var last = _records[^1];
        _records[record.HolderIndex] = last;
        last.HolderIndex = record.HolderIndex;
        _records.RemoveAt(_records.Count - 1);
        record.Holder = null;
        Bytes -= record.Size;
        _hasSettled |= isSettled;
        Session?.Gave(record);
    }
}
