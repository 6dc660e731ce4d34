using System.Runtime.InteropServices;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Who says something about records: a user, about all that the user has, or a stream, about what went over it.</summary>
/// <param name="User">The user; null for everybody who has not logged in.</param>
/// <param name="Session">The stream; null for a request.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AckSender(string? User, Session? Session = null)
{
    public bool Has(TrackedRecord record) => record.Holder is { } holder
        && (Session is null ? string.Equals(holder.User, User, StringComparison.Ordinal) : holder == Session.Holder);

    /// <summary>Gets the records that the sender has, in no order.</summary>
    public IEnumerable<TrackedRecord> Held(HolderTable holders) =>
        Session is null ? holders.Of(User).SelectMany(static holder => holder.Records) : Session.Holder.Records;

    /// <summary>Gets the offset behind the last record of a partition that the sender may speak about.</summary>
    public long HandedTo(OwnedPartition partition) => Session is null ? partition.HandedTo : Session.HandedTo(partition);
}
