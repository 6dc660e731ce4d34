namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Hands records out and takes them back: who has which, since when and for the how many-th time. What each record costs does not
/// depend on how many there are.
/// </summary>
internal sealed class RecordCustody(DeliveryRules rules, TimeProvider time)
{
    // Everybody has the same time, so whoever was handed something first runs out of it first.
    private readonly LinkedList<TrackedRecord> _line = new();

    public RecordBuffer Buffer { get; } = new();

    /// <summary>Gets everybody who has records.</summary>
    public HolderTable Holders { get; } = new();

    /// <summary>Gets the batches that clients have.</summary>
    public LeaseTable Leases { get; } = new(rules, time);

    /// <summary>Gets the records that were handed out in vain too often, and that somebody has to deal with.</summary>
    public Queue<TrackedRecord> GivenUp { get; } = new();

    /// <summary>Gets how many records clients have whose time may run out.</summary>
    public int Leased => _line.Count;

    /// <summary>Hands out records that everybody may have.</summary>
    /// <param name="holder">Who gets them.</param>
    /// <param name="maxRecords">The most records, at least 1.</param>
    /// <param name="maxBytes">The most bytes of key, value and headers; the first record may be larger.</param>
    public HandedRecord[] HandOut(RecordHolder holder, int maxRecords, int maxBytes) => HandOut(holder, Buffer.Shared, maxRecords, maxBytes);

    /// <summary>Hands out records of a line.</summary>
    public HandedRecord[] HandOut(RecordHolder holder, TurnLine line, int maxRecords, long maxBytes)
    {
        var handed = new HandedRecord[Math.Min(Buffer.Count, maxRecords)];
        var (count, bytes, now) = (0, 0L, time.GetTimestamp());
        while (count < handed.Length && line.Peek() is { } next && (count == 0 || bytes + next.Size <= maxBytes) && MayHave(holder, next))
        {
            var record = Buffer.Take(line, toSession: holder.Session is not null);
            record.Attempts++;
            holder.Add(record);
            Note(holder);
            Restart(record, now);
            handed[count++] = new HandedRecord(record, record.Record!, record.Attempts);
            bytes += record.Size;
        }

        if (count > 0)
        {
            line.EndTurn(handed[count - 1].Tracked.Partition);
        }

        Array.Resize(ref handed, count);
        return handed;
    }

    /// <summary>Takes note that a record has been dealt with. It must not be waiting.</summary>
    public void Settle(TrackedRecord record)
    {
        Release(record, isSettled: true);
        record.Partition.Settle(record);
        record.Partition.Queue();
    }

    /// <summary>Takes a record back that its client has not seen.</summary>
    public void TakeBack(TrackedRecord record)
    {
        record.Attempts--;
        Release(record);
        Requeue(record);
    }

    /// <summary>Takes a record back from an answer or a stream that ends, which is not its client's doing. It is handed out again before later ones.</summary>
    public void Return(TrackedRecord record)
    {
        record.Holder?.HasLost = true;
        Release(record);
        Requeue(record);
    }

    /// <summary>Takes a record back from an answer or a stream that ends.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isCut">Whether that is the client's doing, or its connection's: it may be for this record.</param>
    public void Return(TrackedRecord record, bool isCut)
    {
        if (isCut)
        {
            Lose(record, RecordFailures.Cut);
        }
        else
        {
            Return(record);
        }
    }

    /// <summary>
    /// Takes a record back whose client is gone or silent, having got it or a part of it. It may be what the client went by, so it counts as handed
    /// out in vain.
    /// </summary>
    public void Lose(TrackedRecord record, string reason)
    {
        record.Holder?.HasLost = true;
        Fail(record, TimeSpan.Zero, reason);

        // Nobody can tell it from those that were with it. The last times it goes alone, so that these are not given up for its sake.
        record.IsSuspect = 2 * record.Failures >= rules.MaxDeliveries && rules.MaxDeliveries > 0;
    }

    /// <summary>Takes a record back that its client could not deal with, or not in time.</summary>
    /// <param name="record">The record.</param>
    /// <param name="delay">How long to wait before it is handed out again.</param>
    /// <param name="reason">Why, for whoever deals with it in the end.</param>
    public void Fail(TrackedRecord record, TimeSpan delay, string? reason = null)
    {
        Release(record);
        record.Failures++;
        if (rules.MaxDeliveries > 0 && record.Failures >= rules.MaxDeliveries)
        {
            record.Reason = reason;
            record.Partition.GiveUp(record);
            GivenUp.Enqueue(record);
        }
        else if (delay > TimeSpan.Zero)
        {
            record.Partition.Delay(record, time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency));
            record.Partition.Queue();
        }
        else
        {
            Requeue(record);
        }
    }

    /// <summary>Lets the time of a record that somebody has begin anew.</summary>
    public void Restart(TrackedRecord record) => Restart(record, time.GetTimestamp());

    /// <summary>Takes back what was not settled in time, and lets those wait again whose delay is over.</summary>
    public void Sweep(IEnumerable<OwnedPartition> partitions)
    {
        var now = time.GetTimestamp();
        while (_line.First is { Value: var record } && time.GetElapsedTime(record.HeldSince, now) >= rules.AckTimeout)
        {
            Lose(record, RecordFailures.TimedOut);
        }

        Leases.Sweep(now);
        foreach (var partition in partitions)
        {
            while (partition.TakeDelayed(now) is { } record)
            {
                Requeue(record);
            }
        }
    }

    /// <summary>Forgets the records of a partition, whose ownership ends.</summary>
    public void End(OwnedPartition partition)
    {
        for (var index = 0; index < partition.Tracker.Span; index++)
        {
            var record = partition.Tracker[index];
            if (record.Holder is { } holder)
            {
                holder.HasLost = true;
                Release(record);
            }

            record.Drop();
        }

        Buffer.Drop(partition);
        partition.End();
    }

    private void Restart(TrackedRecord record, long now)
    {
        if (rules.AckTimeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        record.HeldSince = now;
        if (record.Place.List is not null)
        {
            _line.Remove(record.Place);
        }

        _line.AddLast(record.Place);
    }

    // Where clients do not acknowledge, nobody asks who has what.
    private void Note(RecordHolder holder)
    {
        if (rules.IsLeasing)
        {
            Holders.Update(holder);
        }
    }

    private static bool MayHave(RecordHolder holder, TrackedRecord next) =>
        holder.Records.Count == 0 || (!next.IsSuspect && !holder.Records[0].IsSuspect);

    private void Requeue(TrackedRecord record)
    {
        record.Partition.Return(record);
        Buffer.Add(record, isNext: true);
    }

    private void Release(TrackedRecord record, bool isSettled = false)
    {
        if (record.Holder is { } holder)
        {
            holder.Remove(record, isSettled);
            Note(holder);
            if (holder.Records.Count == 0 && holder.Id.Length > 0)
            {
                Leases.Close(holder);
            }
        }

        if (record.Place.List is not null)
        {
            _line.Remove(record.Place);
        }
    }
}
