using System.Runtime.InteropServices;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Where one framed record ends in its segment, and the partition and offset that a client has read when it has passed it.</summary>
/// <param name="End">The position behind its last byte.</param>
/// <param name="Partition">The partition's index, or -1 where no position moves.</param>
/// <param name="Offset">The last offset that it stands for.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TailEntry(int End, int Partition, long Offset);
