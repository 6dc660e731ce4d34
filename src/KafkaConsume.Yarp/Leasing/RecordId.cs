using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>A record as a client names it.</summary>
/// <param name="Partition">The topic and partition.</param>
/// <param name="Offset">The record's own offset.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RecordId(TopicPartition Partition, long Offset);
