using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>A record, with the ownership under which it came.</summary>
/// <param name="Record">The record.</param>
/// <param name="Size">The bytes of its key, value and headers.</param>
/// <param name="Partition">The ownership of its partition.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BufferedRecord(ConsumeResult<byte[]?, byte[]?> Record, int Size, OwnedPartition Partition)
{
    public long Offset => Record.Offset.Value;

    /// <summary>Says whether no record can lie between another one and this.</summary>
    public bool Follows(BufferedRecord other) => Partition == other.Partition && Offset == other.Offset + 1;
}
