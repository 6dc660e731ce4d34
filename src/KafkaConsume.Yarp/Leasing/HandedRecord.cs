using System.Runtime.InteropServices;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>A record as it was when it was handed out, whatever becomes of it while it is written to its client.</summary>
/// <param name="Tracked">What the ledger knows about it.</param>
/// <param name="Record">The record.</param>
/// <param name="Attempt">For the how many-th time it was handed out.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HandedRecord(TrackedRecord Tracked, StoredRecord Record, int Attempt);
