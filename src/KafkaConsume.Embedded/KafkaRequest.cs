using System.Runtime.InteropServices;

namespace KafkaConsume.Embedded;

/// <summary>A request that a broker of an <see cref="EmbeddedKafka"/> has received.</summary>
/// <param name="BrokerId">The broker that received it, from 1.</param>
/// <param name="Api">What was asked.</param>
/// <param name="Timestamp">
/// When it was received, on a monotonic clock with an arbitrary origin and a resolution of a microsecond: only
/// differences between two requests mean anything.
/// </param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct KafkaRequest(int BrokerId, KafkaApi Api, TimeSpan Timestamp);
