namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Deals the partitions out to the streams: each to one, and to each as many as to any other, or one more. A partition leaves a stream
/// when its client has none of its records any more, so that nobody gets a record while an earlier one of the partition is with
/// somebody else. What no stream has been dealt is everybody's.
/// </summary>
/// <param name="isByPartition">Whether partitions are dealt at all.</param>
/// <param name="shared">Where everybody takes from.</param>
internal sealed class PartitionDealer(bool isByPartition, TurnLine shared)
{
    private readonly List<Session> _sessions = [];
    private readonly List<OwnedPartition> _partitions = [];

    public bool IsByPartition => isByPartition;

    public TurnLine Shared => shared;

    public IReadOnlyList<Session> Sessions => _sessions;

    /// <summary>Gets or sets a value indicating whether something has changed since partitions were last dealt.</summary>
    public bool IsDue { get; set; }

    public void Add(Session session)
    {
        _sessions.Add(session);
        IsDue = true;
    }

    /// <summary>Takes note that a stream has ended and has no records any more.</summary>
    public void Remove(Session session)
    {
        _sessions.Remove(session);
        foreach (var partition in session.Partitions)
        {
            Free(partition);
        }

        session.Partitions.Clear();
        IsDue = true;
    }

    public void Add(OwnedPartition partition)
    {
        _partitions.Add(partition);
        IsDue = true;
    }

    public void Remove(OwnedPartition partition)
    {
        _partitions.Remove(partition);
        partition.Session?.Partitions.Remove(partition);
        Free(partition);
        IsDue = true;
    }

    /// <summary>Deals, if something has changed. Nothing else is to be handed out before that.</summary>
    public void Deal()
    {
        if (!IsDue)
        {
            return;
        }

        IsDue = false;
        if (!isByPartition || _sessions.Count == 0)
        {
            _partitions.ForEach(partition => partition.Enter(shared));
            return;
        }

        SetQuotas();
        _sessions.ForEach(ShedSurplus);
        foreach (var partition in _partitions)
        {
            if (partition.Session is null)
            {
                Give(partition, _sessions.MaxBy(session => session.Quota - session.Partitions.Count)!);
            }
        }
    }

    /// <summary>Says how many partitions each is to have: whoever has most keeps most, so that as few as possible move.</summary>
    private void SetQuotas()
    {
        var (least, extra) = Math.DivRem(_partitions.Count, _sessions.Count);
        foreach (var session in _sessions.OrderByDescending(session => session.Partitions.Count))
        {
            session.Quota = least + (extra-- > 0 ? 1 : 0);
        }
    }

    /// <summary>Takes from a stream what it has too much of, those first of whose records its client has none. The others wait for that.</summary>
    private static void ShedSurplus(Session session)
    {
        var surplus = session.Partitions.Count - session.Quota;
        foreach (var partition in session.Partitions.OrderBy(partition => partition.WithSessions > 0).ThenByDescending(partition => partition.IsLeaving).ToArray())
        {
            partition.IsLeaving = surplus-- > 0;
            if (!partition.IsLeaving)
            {
                partition.Enter(session.Line);
            }
            else if (partition.WithSessions > 0)
            {
                partition.Enter(null);
            }
            else
            {
                session.Partitions.Remove(partition);
                Free(partition);
            }
        }
    }

    private static void Give(OwnedPartition partition, Session session)
    {
        partition.Session = session;
        session.Partitions.Add(partition);
        partition.Enter(session.Line);
    }

    private static void Free(OwnedPartition partition)
    {
        partition.Session = null;
        partition.IsLeaving = false;
        partition.Enter(null);
    }
}
