using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Where the reading of an assigned partition starts.</summary>
/// <param name="Id">The partition.</param>
/// <param name="Offset">The first offset to read.</param>
/// <param name="IsCommitted">Whether Kafka has this offset as the group's.</param>
/// <param name="LeaderEpoch">The leader epoch that was committed with the offset.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PartitionStart(TopicPartition Id, long Offset, bool IsCommitted, int? LeaderEpoch = null);
