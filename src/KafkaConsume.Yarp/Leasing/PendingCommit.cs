using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>An offset to commit for one ownership of a partition.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PendingCommit(OwnedPartition Partition, TopicPartitionOffset Offset)
{
    public static PendingCommit Of(OwnedPartition partition) =>
        new(partition, new TopicPartitionOffset(
            partition.Id,
            partition.CommitTarget,
            partition.CommitTarget == partition.Tracker.CommitOffset && !partition.OmitsLeaderEpoch ? partition.Tracker.LeaderEpoch : null));
}
