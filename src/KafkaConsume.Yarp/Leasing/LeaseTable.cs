using System.Buffers.Text;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// The batches that clients have, by their names. One that has been settled is remembered for a while: a client whose answer got lost may
/// say it again.
/// </summary>
internal sealed class LeaseTable(DeliveryRules rules, TimeProvider time)
{
    /// <summary>How many settled batches are remembered.</summary>
    public const int MaxSettled = 10_000;

    private readonly Dictionary<string, RecordHolder> _leases = new(StringComparer.Ordinal);
    private readonly Queue<(RecordHolder Lease, long At)> _settled = new();

    /// <summary>Makes a holder with a name that nobody can guess.</summary>
    public RecordHolder Open(string? user)
    {
        var lease = new RecordHolder(rules.ReplicaMark + UnguessableId.Create(), user);
        _leases.Add(lease.Id, lease);
        return lease;
    }

    /// <summary>Finds a user's batch. That of another user is not there.</summary>
    public RecordHolder? Find(string id, string? user) =>
        _leases.TryGetValue(id, out var lease) && string.Equals(lease.User, user, StringComparison.Ordinal) ? lease : null;

    /// <summary>Says whether a batch may well be one of another replica's: it is named as batches are, and not by this one.</summary>
    public static bool IsForeign(string id, string replicaMark) =>
        replicaMark.Length > 0
        && id.Length == replicaMark.Length + UnguessableId.Length
        && Base64Url.IsValid(id)
        && !id.StartsWith(replicaMark, StringComparison.Ordinal);

    /// <summary>Takes note that a batch has no records any more.</summary>
    public void Close(RecordHolder lease)
    {
        if (!lease.IsSettled)
        {
            _leases.Remove(lease.Id);
            return;
        }

        _settled.Enqueue((lease, time.GetTimestamp()));
        if (_settled.Count > MaxSettled)
        {
            _leases.Remove(_settled.Dequeue().Lease.Id);
        }
    }

    /// <summary>Forgets what was settled long ago.</summary>
    public void Sweep(long now)
    {
        while (_settled.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At, now) >= rules.AckTimeout)
        {
            _leases.Remove(_settled.Dequeue().Lease.Id);
        }
    }
}
