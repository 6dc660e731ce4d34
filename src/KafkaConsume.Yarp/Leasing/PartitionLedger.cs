using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// The partitions that the group has given to this gateway, what has come of them, and how far each may be committed. Knows neither
/// locks nor Kafka.
/// </summary>
/// <param name="commits">Whether anything is ever committed.</param>
/// <param name="time">The clock.</param>
internal sealed class PartitionLedger(bool commits, TimeProvider time)
{
    private readonly Dictionary<TopicPartition, OwnedPartition> _owned = [];

    /// <summary>Gets a number that grows with every assignment, revocation and loss.</summary>
    public long Epoch { get; private set; }

    public RecordBuffer Buffer { get; } = new();

    public CommitQueue Commits { get; } = new(time);

    public IReadOnlyCollection<OwnedPartition> Owned => _owned.Values;

    public void Assign(IEnumerable<PartitionStart> starts)
    {
        foreach (var start in starts)
        {
            End(start.Id);
            var partition = Begin(start.Id);
            partition.Committed = start.IsCommitted ? start.Offset : partition.Committed;
            partition.Tracker.Advance(start.Offset);
            CommitWhenDue(partition);
        }
    }

    /// <summary>Ends ownerships that another member may have already.</summary>
    public void Lose(IEnumerable<TopicPartition> ids)
    {
        foreach (var id in ids)
        {
            End(id);
        }
    }

    public void LoseAll() => Lose([.. _owned.Keys]);

    /// <summary>Ends ownerships in an orderly way.</summary>
    /// <returns>What is to be committed before another member takes over.</returns>
    public List<PendingCommit> Revoke(IReadOnlyCollection<TopicPartition> ids)
    {
        List<PendingCommit> last = [.. ids
            .Select(id => _owned.GetValueOrDefault(id))
            .OfType<OwnedPartition>()
            .Where(partition => commits && partition.IsCommitDue)
            .Select(PendingCommit.Of)];
        Lose(ids);
        return last;
    }

    /// <summary>Takes a record from Kafka. What comes of a partition that is not owned is dropped.</summary>
    /// <returns>
    /// False if Kafka went back behind what had been read: the topic has been created again, or its end was lost. What was read
    /// before counts for nothing then.
    /// </returns>
    public bool Add(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (!_owned.TryGetValue(record.TopicPartition, out var partition))
        {
            return true;
        }

        var follows = partition.Tracker.Add(record.Offset.Value, record.LeaderEpoch);
        if (!follows)
        {
            End(partition.Id);
            partition = Begin(partition.Id);
            partition.Tracker.Add(record.Offset.Value, record.LeaderEpoch);
            CommitWhenDue(partition);
        }

        Buffer.Add(new BufferedRecord(record, RecordSize.Of(record.Message), partition));
        return follows;
    }

    /// <summary>Takes note that a partition has been read up to an offset, the records that nobody gets to see included.</summary>
    public void Reached(TopicPartition id, long offset)
    {
        if (_owned.TryGetValue(id, out var partition))
        {
            partition.Tracker.Advance(offset);
            CommitWhenDue(partition);
        }
    }

    /// <summary>Settles records that were handed out.</summary>
    /// <returns>False if the ownership of one of them has ended.</returns>
    public bool Settle(ReadOnlySpan<BufferedRecord> records)
    {
        var allOwned = true;
        for (int first = 0, end; first < records.Length; first = end)
        {
            // Where offsets follow each other, no other batch holds one in between.
            end = first + 1;
            while (end < records.Length && records[end].Follows(records[end - 1]))
            {
                end++;
            }

            var partition = records[first].Partition;
            allOwned &= partition.IsOwned;
            if (partition.IsOwned)
            {
                partition.Tracker.Settle(records[first].Offset, records[end - 1].Offset);
                CommitWhenDue(partition);
            }
        }

        return allOwned;
    }

    /// <summary>Puts records back that were handed out.</summary>
    public void Return(ReadOnlySpan<BufferedRecord> records)
    {
        foreach (var record in records)
        {
            if (record.Partition.IsOwned)
            {
                Buffer.Return(record);
            }
        }
    }

    private OwnedPartition Begin(TopicPartition id) => _owned[id] = new OwnedPartition(id, ++Epoch);

    private void End(TopicPartition id)
    {
        Epoch++;
        if (_owned.Remove(id, out var partition))
        {
            Buffer.Drop(partition);
        }
    }

    private void CommitWhenDue(OwnedPartition partition)
    {
        if (commits)
        {
            Commits.Add(partition);
        }
    }
}
