using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// The partitions that the group has given to this gateway, what has come of them, and how far each may be committed. Knows neither
/// locks nor Kafka.
/// </summary>
/// <param name="rules">How records are handed out.</param>
/// <param name="time">The clock.</param>
internal sealed class PartitionLedger(DeliveryRules rules, TimeProvider time)
{
    private readonly Dictionary<TopicPartition, OwnedPartition> _owned = [];
    private PartitionDealer? _dealer;
    private OwnedPartition? _last;

    /// <summary>Gets a number that grows with every assignment, revocation and loss.</summary>
    public long Epoch { get; private set; }

    public RecordCustody Custody { get; } = new(rules, time);

    /// <summary>Gets who deals the partitions out to streams. Whoever has changed what is owned lets it deal.</summary>
    public PartitionDealer Dealer => _dealer ??= new PartitionDealer(rules.Distribution == KafkaGroupDistribution.Partition, Custody.Buffer.Shared);

    public CommitQueue Commits { get; } = new(time);

    public FormerHandouts Former { get; } = new();

    public IReadOnlyCollection<OwnedPartition> Owned => _owned.Values;

    public void Assign(IEnumerable<PartitionStart> starts)
    {
        foreach (var start in starts)
        {
            End(start.Id);
            var partition = Begin(start.Id);
            partition.Committed = start.IsCommitted ? start.Offset : partition.Committed;
            partition.Tracker.Advance(start.Offset);
            Commits.Add(partition);
        }

        Dealer.Deal();
    }

    /// <summary>Gets a partition that is owned, or null.</summary>
    public OwnedPartition? Find(TopicPartition id) => _owned.GetValueOrDefault(id);

    /// <summary>Ends ownerships that another member may have already.</summary>
    public void Lose(IEnumerable<TopicPartition> ids)
    {
        foreach (var id in ids)
        {
            End(id);
        }

        Dealer.Deal();
    }

    public void LoseAll() => Lose([.. _owned.Keys]);

    /// <summary>Ends ownerships in an orderly way.</summary>
    /// <returns>What is to be committed before another member takes over; <see cref="Conclude"/> has to be called with Kafka's answer.</returns>
    public List<PendingCommit> Revoke(IReadOnlyCollection<TopicPartition> ids)
    {
        List<PendingCommit> last = [.. ids.Select(Find).OfType<OwnedPartition>().Where(partition => partition.IsCommitDue).Select(PendingCommit.Of)];
        foreach (var id in ids)
        {
            End(id, isLast: !last.Exists(commit => commit.Offset.TopicPartition == id));
        }

        Dealer.Deal();
        return last;
    }

    /// <summary>Takes note of how the last commits of partitions went that have been given up.</summary>
    public static void Conclude(List<PendingCommit> last, ReadOnlySpan<ErrorCode> errors)
    {
        for (var index = 0; index < last.Count; index++)
        {
            var (partition, offset) = last[index];
            if (errors[index] == ErrorCode.NoError)
            {
                partition.Confirm(offset.Offset.Value);
            }

            partition.Confirmations.End();
        }
    }

    /// <summary>Takes what has come from Kafka.</summary>
    /// <returns>The records with which it went back, each the first of its partition that counts.</returns>
    public IReadOnlyList<StoredRecord> Add(ReceivedRecords received)
    {
        List<StoredRecord>? wentBack = null;
        for (var index = 0; index < received.Records.Count; index++)
        {
            if (!Add(received.Records[index]))
            {
                (wentBack ??= []).Add(received.Records[index]);
            }
        }

        // No record behind an end can have come before it: that there is nothing else below it holds after them too.
        foreach (var end in received.Ends)
        {
            Reached(end.TopicPartition, end.Offset.Value);
        }

        return wentBack ?? (IReadOnlyList<StoredRecord>)[];
    }

    /// <summary>Takes a record from Kafka. What comes of a partition that is not owned is dropped.</summary>
    /// <returns>
    /// False if Kafka went back behind what had been read: the topic has been created again, or its end was lost. What was read
    /// before counts for nothing then.
    /// </returns>
    public bool Add(StoredRecord record)
    {
        if (OwnerOf(record) is not { } partition)
        {
            return true;
        }

        var tracked = partition.Add(record);
        var follows = tracked is not null;
        if (!follows)
        {
            End(partition.Id);
            partition = Begin(partition.Id);
            Dealer.Deal();
            tracked = partition.Add(record);
            Commits.Add(partition);
        }

        Custody.Buffer.Add(tracked!);
        return follows;
    }

    /// <summary>Takes note that a partition has been read up to an offset, the records that nobody gets to see included.</summary>
    public void Reached(TopicPartition id, long offset)
    {
        if (_owned.TryGetValue(id, out var partition))
        {
            partition.Tracker.Advance(offset);
            Commits.Add(partition);
        }
    }

    /// <summary>Takes note that a record has been dealt with. It must not be waiting. After the end of its ownership it counts for nothing.</summary>
    public void Settle(TrackedRecord record)
    {
        if (record.Partition.IsOwned)
        {
            Custody.Settle(record);
            Commits.Add(record.Partition);
        }
    }

    /// <summary>Takes the next of the records that clients have got in vain too often; it has to be settled by whoever takes it.</summary>
    public TrackedRecord? TakeGivenUp()
    {
        while (Custody.GivenUp.TryDequeue(out var record))
        {
            if (record.Partition.IsOwned)
            {
                return record;
            }
        }

        return null;
    }

    /// <summary>Takes back what was not settled in time, and lets those wait again whose delay is over.</summary>
    public void Sweep() => Custody.Sweep(_owned.Values);

    // Records come many from one partition at a time.
    private OwnedPartition? OwnerOf(StoredRecord record)
    {
        if (_last is not { IsOwned: true } last || last.Id.Partition.Value != record.Partition || last.Id.Topic != record.Topic)
        {
            _last = Find(new TopicPartition(record.Topic, record.Partition));
        }

        return _last;
    }

    private OwnedPartition Begin(TopicPartition id)
    {
        var partition = new OwnedPartition(id, ++Epoch, rules);
        _owned[id] = partition;
        Dealer.Add(partition);
        return partition;
    }

    private void End(TopicPartition id, bool isLast = true)
    {
        Epoch++;
        if (_owned.Remove(id, out var partition))
        {
            Former.Add(partition);
            Custody.End(partition);
            Dealer.Remove(partition);
            if (isLast)
            {
                partition.Confirmations.End();
            }
        }
    }
}
