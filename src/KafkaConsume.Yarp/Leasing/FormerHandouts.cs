using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// What this gateway has handed out of partitions that it does not have any more: of each one range, that of the last ownership of which clients
/// got something. Whoever speaks about a record of it comes too late, and not to the wrong replica.
/// </summary>
internal sealed class FormerHandouts
{
    private readonly Dictionary<TopicPartition, (long From, long To)> _ranges = [];

    /// <summary>Takes note that an ownership has ended.</summary>
    public void Add(OwnedPartition partition)
    {
        if (partition.Taken > 0)
        {
            _ranges[partition.Id] = (partition.HandedFrom, partition.HandedTo);
        }
    }

    public bool Contain(RecordId id) =>
        _ranges.TryGetValue(id.Partition, out var range) && id.Offset >= range.From && id.Offset < range.To;
}
