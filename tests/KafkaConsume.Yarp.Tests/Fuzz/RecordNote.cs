using System.Runtime.InteropServices;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>A record of the ledger, who was given it, and what it was like before an input.</summary>
/// <param name="Record">The record.</param>
/// <param name="User">The user who has it; null for everybody who has not logged in.</param>
/// <param name="Stream">The stream that has it; null for a batch.</param>
/// <param name="Batch">The batch that it is in; null for a stream.</param>
/// <param name="IsHeld">Whether anybody has it.</param>
internal sealed record RecordNote(TrackedRecord Record, string? User, GroupSession? Stream, string? Batch, bool IsHeld)
{
    private Look _before = Look.Of(Record);

    /// <summary>Gets a value indicating whether anything about the record is not as it was.</summary>
    public bool HasChanged => _before != Look.Of(Record);

    public void Remember() => _before = Look.Of(Record);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Look(RecordState State, RecordHolder? Holder, int Attempts, int Failures, long HeldSince)
    {
        public static Look Of(TrackedRecord record) => new(record.State, record.Holder, record.Attempts, record.Failures, record.HeldSince);
    }
}
