namespace KafkaConsume.Yarp.Leasing;

/// <summary>Hands batches out to requests, and hears what became of them. Used under the ledger's lock.</summary>
internal sealed class BatchDesk(PartitionLedger partitions, DeliveryRules rules)
{
    private int _open;

    /// <summary>Gets how many batches requests hold.</summary>
    public int Open => Volatile.Read(ref _open);

    public HandedRecord[] HandOut(int maxRecords, int maxBytes, string? user, out RecordHolder holder)
    {
        _open++;
        holder = rules.IsLeasing ? partitions.Custody.Leases.Open(user) : new RecordHolder("", user);
        return partitions.Custody.HandOut(holder, maxRecords, maxBytes);
    }

    /// <summary>Settles what a batch holds, or begins to wait for what its client says.</summary>
    /// <returns>False if one of its records has been taken away from it.</returns>
    public bool Complete(RecordBatch batch)
    {
        Action<TrackedRecord> complete = rules.IsLeasing ? partitions.Custody.Restart : partitions.Settle;
        DoFrom(batch, 0, complete);
        return !batch.Holder.HasLost;
    }

    /// <summary>Takes back what a batch holds, whose client is gone. That counts for records of which it may have seen something.</summary>
    public void Return(RecordBatch batch) => DoFrom(batch, 0, record => partitions.Custody.Return(record, isCut: batch.IsBegun));

    /// <summary>Takes back what a batch holds from an index on, which its client has not seen.</summary>
    public void TakeBack(RecordBatch batch, int index) => DoFrom(batch, index, partitions.Custody.TakeBack);

    private void DoFrom(RecordBatch batch, int index, Action<TrackedRecord> act)
    {
        if (index >= batch.Held)
        {
            return;
        }

        foreach (var (record, _, _) in batch.HeldRecords[index..])
        {
            if (record.Holder == batch.Holder)
            {
                act(record);
            }
        }

        batch.Held = index;
        _open -= index == 0 ? 1 : 0;
    }
}
