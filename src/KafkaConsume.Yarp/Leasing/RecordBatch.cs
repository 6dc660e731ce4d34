using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Records that were handed to one request. Until they are completed or returned they are its own; what it does after their
/// partition has gone to another member of the group counts for nothing. All members may be called from any thread, more than once.
/// </summary>
internal sealed class RecordBatch
{
    public static readonly RecordBatch Empty = new(null, new RecordHolder("", null), []);

    private readonly GroupLedger? _ledger;
    private readonly HandedRecord[] _records;

    public RecordBatch(GroupLedger? ledger, RecordHolder holder, HandedRecord[] records)
    {
        _ledger = ledger;
        _records = records;
        Holder = holder;
        Records = new RecordList(records);
        Held = records.Length;
    }

    /// <summary>Gets the name by which the client says that it has dealt with the batch; empty where it is not asked to.</summary>
    public string Id => Holder.Id;

    /// <summary>Gets all records that were handed out, those that have been returned since included.</summary>
    public IReadOnlyList<StoredRecord> Records { get; }

    /// <summary>Gets or sets how many of the records, counted from the first, are neither completed nor returned. The ledger's own.</summary>
    internal int Held { get; set; }

    internal RecordHolder Holder { get; }

    internal ReadOnlySpan<HandedRecord> HeldRecords => _records.AsSpan(0, Held);

    /// <summary>Gets for the how many-th time a record was handed out.</summary>
    public int AttemptOf(int index) => _records[index].Attempt;

    /// <summary>
    /// Takes note that the client has the records that have not been returned. They are settled then; or, where clients acknowledge, their
    /// time begins.
    /// </summary>
    /// <returns>False if the partition of one of them was not this gateway's any more: another client gets that one again.</returns>
    public bool Complete() => _ledger?.Complete(this) ?? true;

    /// <summary>Gives all records back that have not been completed. They are handed out again, before later ones.</summary>
    public void Return() => _ledger?.Return(this);

    /// <summary>Gives the last records back, which the client has not seen; those before them stay with this request.</summary>
    /// <param name="index">The first record to give back.</param>
    public void ReturnFrom(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        _ledger?.TakeBack(this, index);
    }
}
