namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Does what clients say about records, as far as it is theirs to say. The work is that of the records they have, whatever they
/// claim.
/// </summary>
internal sealed class AckDesk(PartitionLedger partitions, DeliveryRules rules)
{
    /// <summary>Does what a message says.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who says it.</param>
    public AckOutcome Apply(AckMessage message, AckSender sender)
    {
        var outcome = new AckOutcome();
        if (message.Batch is { } batch)
        {
            ApplyToBatch(message, batch, sender, outcome);
        }
        else if (rules.CommitStrategy == KafkaCommitStrategy.Off)
        {
            Commit(message, sender, outcome);
        }
        else if (message.IsCumulative)
        {
            ApplyThrough(message, sender, outcome);
        }
        else
        {
            ApplyToRecords(message, sender, outcome);
        }

        return outcome;
    }

    private void ApplyToBatch(AckMessage message, string batch, AckSender sender, AckOutcome outcome)
    {
        var found = sender.Session is null ? partitions.Custody.Leases.Find(batch, sender.User) : null;
        if (found is not { } lease || (lease.IsSettled && message.Kind != AckKind.Ack))
        {
            outcome.RefuseBatch(LeaseTable.IsForeign(batch, rules.ReplicaMark) ? AckVerdict.Elsewhere : AckVerdict.Stale);
            return;
        }

        var isWhole = !lease.HasLost;
        foreach (var record in lease.Records.ToArray())
        {
            Apply(message, record);
        }

        foreach (var partition in lease.Partitions)
        {
            isWhole &= partition.IsOwned;
            outcome.Touch(partition);
        }

        if (!isWhole)
        {
            outcome.RefuseBatch();
        }
    }

    private void ApplyToRecords(AckMessage message, AckSender sender, AckOutcome outcome)
    {
        foreach (var id in message.Records)
        {
            var verdict = Judge(id, sender, out var partition, out var record);
            if (verdict == AckVerdict.Held)
            {
                Apply(message, record!);
            }
            else if (verdict != AckVerdict.Settled || message.Kind != AckKind.Ack)
            {
                outcome.Refuse(id, verdict == AckVerdict.Settled ? AckVerdict.Stale : verdict);
                continue;
            }

            outcome.Touch(partition!);
        }
    }

    private void ApplyThrough(AckMessage message, AckSender sender, AckOutcome outcome)
    {
        var held = new HeldRecords(sender, partitions.Custody.Holders, isForMany: message.Records.Count > 1);
        foreach (var id in message.Records)
        {
            if (partitions.Find(id.Partition) is not { } partition)
            {
                outcome.Refuse(id, NotHere(id, sender));
            }
            else if (id.Offset >= partition.HandedTo && id.Offset >= partition.Tracker.CommitOffset)
            {
                outcome.Refuse(id, AckVerdict.Unknown);
            }
            else if (SettleThrough(partition, id.Offset, held))
            {
                outcome.Touch(partition);
            }
            else
            {
                outcome.Refuse(id, AckVerdict.Stale);
            }
        }
    }

    /// <summary>Settles what a client has of a partition up to an offset.</summary>
    /// <returns>False if it has nothing of what is not settled there: that was taken away from it.</returns>
    private bool SettleThrough(OwnedPartition partition, long last, HeldRecords held)
    {
        var isOpen = last >= partition.Tracker.CommitOffset;
        var records = held.Take(partition, last);
        foreach (var record in records)
        {
            partitions.Settle(record);
        }

        return records.Length > 0 || !isOpen;
    }

    private void Commit(AckMessage message, AckSender sender, AckOutcome outcome)
    {
        foreach (var id in message.Records)
        {
            if (partitions.Find(id.Partition) is not { } partition)
            {
                outcome.Refuse(id, NotHere(id, sender));
            }
            else if (id.Offset >= partition.Committed && !(sender.HandedTo(partition) is > 0 and var handedTo && id.Offset < handedTo))
            {
                // Below the first offset there is nothing either that a client could have had which was handed nothing.
                outcome.Refuse(id, AckVerdict.Unknown);
            }
            else
            {
                partition.RequestCommit(id.Offset + 1);
                partitions.Commits.Add(partition);
                outcome.Touch(partition, id.Offset + 1);
            }
        }
    }

    private void Apply(AckMessage message, TrackedRecord record)
    {
        switch (message.Kind)
        {
            case AckKind.Nack:
                partitions.Custody.Fail(record, message.Delay ?? rules.BackoffAfter(record.Failures + 1), message.Reason ?? RecordFailures.Refused);
                break;
            case AckKind.Extend:
                partitions.Custody.Restart(record);
                break;
            default:
                partitions.Settle(record);
                break;
        }
    }

    private AckVerdict Judge(RecordId id, AckSender sender, out OwnedPartition? partition, out TrackedRecord? record)
    {
        record = null;
        partition = partitions.Find(id.Partition);
        if (partition is null)
        {
            return NotHere(id, sender);
        }

        if (id.Offset < partition.Tracker.CommitOffset)
        {
            return AckVerdict.Settled;
        }

        record = partition.Tracker.Find(id.Offset);
        return record switch
        {
            null or { Attempts: 0 } => AckVerdict.Unknown,
            { State: RecordState.Settled } => AckVerdict.Settled,
            _ when sender.Has(record) => AckVerdict.Held,
            _ => AckVerdict.Stale,
        };
    }

    // A stream has its records from here; others may have theirs from another replica.
    private AckVerdict NotHere(RecordId id, AckSender sender) =>
        sender.Session is null && !partitions.Former.Contain(id) ? AckVerdict.Elsewhere : AckVerdict.Stale;
}
