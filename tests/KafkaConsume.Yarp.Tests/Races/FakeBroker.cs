using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.History;
using KafkaConsume.Yarp.Tests.Leasing;

namespace KafkaConsume.Yarp.Tests.Races;

/// <summary>
/// The side of Kafka that a group's members see: records, committed offsets, and who gets which partition. As the real one, it checks of a
/// commit only whether its sender is a member.
/// </summary>
internal sealed class FakeBroker(HistoryLog log)
{
    public const int Partitions = 3;

    private readonly List<long>[] _offsets = [[], [], []];
    private readonly long[] _ends = new long[Partitions];
    private readonly long[] _committed = [-1, -1, -1];
    private readonly ScheduledMember?[] _owners = new ScheduledMember?[Partitions];
    private readonly bool[] _isMoving = new bool[Partitions];

    public List<ScheduledMember> Members { get; } = [];

    public bool IsAllCommitted => Enumerable.Range(0, Partitions).All(partition => Math.Max(0, _committed[partition]) == _ends[partition]);

    public TopicPartitionOffset[] Ends => [.. _ends.Select((end, partition) => new TopicPartitionOffset(Records.Partition(partition), end))];

    public void Produce(int partition, int count, bool isHole)
    {
        _ends[partition] += isHole ? 3 : 0;
        var records = new HistoryRecord[count];
        for (var index = 0; index < count; index++)
        {
            _offsets[partition].Add(_ends[partition]);
            records[index] = new HistoryRecord(Records.Partition(partition), _ends[partition]++, 0);
        }

        log.Add(new HistoryEvent.Produced(records));
    }

    /// <summary>Gets the next records from an offset on, and the offset from which to read on.</summary>
    public (long[] Offsets, long Next) Fetch(int partition, long from, int max)
    {
        long[] found = [.. _offsets[partition].Where(offset => offset >= from).Take(max)];
        return (found, found.Length < max ? _ends[partition] : found[^1] + 1);
    }

    public List<TopicPartitionOffset> Committed(IEnumerable<TopicPartition> partitions) =>
        [.. partitions.Select(id => new TopicPartitionOffset(id, _committed[id.Partition.Value] < 0 ? Offset.Unset : _committed[id.Partition.Value]))];

    public void Commit(TopicPartition id, long offset)
    {
        _committed[id.Partition.Value] = offset;
        log.Add(new HistoryEvent.Committed(id, offset));
    }

    public void Join(ScheduledMember member)
    {
        Members.Add(member);
        DealFree();
    }

    /// <summary>Deals the partitions anew, as the random numbers want it.</summary>
    public void Rebalance(Random random)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            var target = Members[random.Next(Members.Count)];
            if (_owners[partition] is { } owner && owner != target && !target.IsFenced && !_isMoving[partition])
            {
                _isMoving[partition] = true;
                owner.Inbox.Enqueue((partition, IsAssigned: false, target));
            }
        }

        DealFree();
    }

    /// <summary>Takes note that a member has given a partition up.</summary>
    public void Freed(int partition, ScheduledMember? next)
    {
        _owners[partition] = null;
        _isMoving[partition] = false;
        if (next is { IsFenced: false } && Members.Contains(next))
        {
            Give(partition, next);
        }

        DealFree();
    }

    /// <summary>Goes on without a member that may not know it yet.</summary>
    public void Fence(ScheduledMember member)
    {
        member.IsFenced = true;
        Drop(member);
    }

    public void Leave(ScheduledMember member)
    {
        Members.Remove(member);
        Drop(member);
    }

    public void DealFree()
    {
        var able = Members.Where(member => !member.IsFenced).ToArray();
        for (var partition = 0; partition < Partitions && able.Length > 0; partition++)
        {
            if (_owners[partition] is null)
            {
                Give(partition, able[partition % able.Length]);
            }
        }
    }

    private void Drop(ScheduledMember member)
    {
        member.Inbox.Clear();
        for (var partition = 0; partition < Partitions; partition++)
        {
            if (_owners[partition] == member)
            {
                (_owners[partition], _isMoving[partition]) = (null, false);
            }
        }

        DealFree();
    }

    private void Give(int partition, ScheduledMember member)
    {
        _owners[partition] = member;
        member.Inbox.Enqueue((partition, IsAssigned: true, null));
    }
}
