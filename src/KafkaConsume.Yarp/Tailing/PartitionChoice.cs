using System.Runtime.InteropServices;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>A partition that a client wants to read.</summary>
/// <param name="Topic">The topic; null on a route with one.</param>
/// <param name="Partition">The partition's number.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PartitionChoice(string? Topic, int Partition)
{
    public override string ToString() => Topic is null ? $"{Partition}" : $"{Topic}:{Partition}";
}
