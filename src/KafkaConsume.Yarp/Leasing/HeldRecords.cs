namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// What the sender of a message has, by partition and in the order of offsets. A message may name a thousand offsets and its sender have
/// thousands of records: these are looked at once, and not for each of those.
/// </summary>
/// <param name="sender">Whose records.</param>
/// <param name="holders">Who has what.</param>
/// <param name="isForMany">Whether more than one offset is asked for.</param>
internal sealed class HeldRecords(AckSender sender, HolderTable holders, bool isForMany)
{
    private Dictionary<OwnedPartition, Queue<TrackedRecord>>? _byPartition;

    /// <summary>Takes the records of a partition up to an offset that have not been taken before.</summary>
    public TrackedRecord[] Take(OwnedPartition partition, long last)
    {
        if (!isForMany)
        {
            return [.. sender.Held(holders).Where(record => record.Partition == partition && record.Offset <= last)];
        }

        _byPartition ??= sender.Held(holders)
            .GroupBy(static record => record.Partition)
            .ToDictionary(static group => group.Key, static group => new Queue<TrackedRecord>(group.OrderBy(static record => record.Offset)));
        List<TrackedRecord> taken = [];
        while (_byPartition.TryGetValue(partition, out var records) && records.TryPeek(out var first) && first.Offset <= last)
        {
            taken.Add(records.Dequeue());
        }

        return [.. taken];
    }
}
