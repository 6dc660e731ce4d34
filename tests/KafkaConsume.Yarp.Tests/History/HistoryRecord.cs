using System.Runtime.InteropServices;
using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>A record as a producer wrote it or a client got it.</summary>
/// <param name="Partition">The topic and partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Hash">What tells its value from others.</param>
/// <param name="Attempt">For the how many-th time it was handed out, as the client was told.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HistoryRecord(TopicPartition Partition, long Offset, long Hash, int Attempt = 1)
{
    public RecordId Id => new(Partition, Offset);
}
