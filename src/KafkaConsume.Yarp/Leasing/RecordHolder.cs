namespace KafkaConsume.Yarp.Leasing;

/// <summary>Somebody who has records: an answer, until it is written or for as long as it is leased.</summary>
/// <param name="id">What names it to its client; empty for one that is never named.</param>
/// <param name="user">Who it is; null for everybody who has not logged in.</param>
internal sealed class RecordHolder(string id, string? user)
{
    private readonly List<TrackedRecord> _records = [];

    public string Id { get; } = id;

    public string? User { get; } = user;

    /// <summary>Gets the records, in no order.</summary>
    public IReadOnlyList<TrackedRecord> Records => _records;

    /// <summary>Gets or sets a value indicating whether a record was taken away before its holder had settled or returned it.</summary>
    public bool HasLost { get; set; }

    public void Add(TrackedRecord record)
    {
        record.Holder = this;
        record.HolderIndex = _records.Count;
        _records.Add(record);
    }

    public void Remove(TrackedRecord record)
    {
        var last = _records[^1];
        _records[record.HolderIndex] = last;
        last.HolderIndex = record.HolderIndex;
        _records.RemoveAt(_records.Count - 1);
        record.Holder = null;
    }
}
