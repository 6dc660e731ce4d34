namespace KafkaConsume.Yarp.Leasing;

/// <summary>Hands records out to streams, and hears what became of them. Used under the ledger's lock.</summary>
internal sealed class SessionDesk(PartitionLedger partitions, DeliveryRules rules)
{
    /// <summary>About how many bytes a stream takes at a time: what one write takes.</summary>
    private const int MaxBytesAtOnce = 64 * 1024;

    private readonly PartitionDealer _dealer = partitions.Dealer;
    private readonly LinkedList<Session> _ready = new();
    private int _open;
    private bool _isStopped;

    /// <summary>Gets how many streams take part.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Gets a value indicating whether clients have records that they may settle at any moment.</summary>
    public bool IsHolding => _dealer.Sessions.Any(session => session.Holder.Records.Count > 0);

    /// <summary>Makes a stream's session, which does not take part yet.</summary>
    /// <param name="user">Who it is; null for everybody who has not logged in.</param>
    /// <param name="needsPermits">Whether it may be handed nothing before it has permits.</param>
    /// <param name="wake">Called, under the lock, when there is something for it.</param>
    public Session Create(string? user, bool needsPermits, Action wake) =>
        new(rules, _dealer, _ready, user, wake) { Permits = needsPermits ? 0 : long.MaxValue };

    public void Enter(Session session)
    {
        _open++;
        session.IsOpen = true;
        _dealer.Add(session);
    }

    /// <summary>Ends a stream: what its client has is handed out again, and its partitions go to others at once.</summary>
    /// <param name="session">The stream.</param>
    /// <param name="isCut">Whether that is the client's doing, or its connection's: it may be for one of the records that it has.</param>
    public void Leave(Session session, bool isCut = false)
    {
        if (!session.IsOpen)
        {
            return;
        }

        _open--;
        session.IsOpen = false;
        Pause(session);
        foreach (var record in session.Holder.Records.ToArray())
        {
            partitions.Custody.Return(record, isCut);
        }

        _dealer.Remove(session);
    }

    /// <summary>Hands a stream nothing more for now, and takes back what it has not seen.</summary>
    public void Pause(Session session)
    {
        session.StopWaiting();
        DoForHeld(session, session.TakeDelivered(), partitions.Custody.TakeBack);
    }

    /// <summary>Takes what there is for a stream. If there is nothing, it waits, and is woken when something has been delivered.</summary>
    public HandedRecord[] Take(Session session)
    {
        session.StopWaiting();
        if (session.Delivered.Length > 0)
        {
            return session.TakeDelivered();
        }

        if (_isStopped || !session.IsOpen)
        {
            return [];
        }

        _dealer.Deal();
        var records = HandOut(session, _dealer.Sessions.Count);
        if (records.Length == 0)
        {
            session.Wait();
        }

        return records;
    }

    /// <summary>Takes back what a stream has taken and not written.</summary>
    public void TakeBack(Session session, HandedRecord[] records) => DoForHeld(session, records, partitions.Custody.TakeBack);

    /// <summary>Takes note that records have been written to a client: its time begins, or nothing more is expected of it.</summary>
    public void Sent(Session session, HandedRecord[] records)
    {
        if (rules.CommitStrategy != KafkaCommitStrategy.Auto)
        {
            DoForHeld(session, records, rules.IsLeasing ? partitions.Custody.Restart : partitions.Settle);
        }
    }

    /// <summary>Takes note that a client has got records, where that is all that is expected of it.</summary>
    public void Arrived(Session session, HandedRecord[] records) => DoForHeld(session, records, partitions.Settle);

    /// <summary>Lets more records go to a client.</summary>
    /// <param name="session">The stream.</param>
    /// <param name="count">How many more.</param>
    /// <param name="most">How many there may be altogether.</param>
    public static void Permit(Session session, long count, long most)
    {
        session.Permits = Math.Min(session.Permits + count, most);
        session.Notice();
    }

    /// <summary>Hands to those who wait what there is for them.</summary>
    /// <param name="others">How many requests wait as well.</param>
    public void Serve(int others)
    {
        _dealer.Deal();
        var place = _isStopped ? null : _ready.First;
        while (place is not null)
        {
            var session = place.Value;
            var sharing = _ready.Count + others;
            place = place.Next;
            if (HandOut(session, sharing) is { Length: > 0 } records)
            {
                session.Deliver(records);
            }
            else if (_dealer.IsByPartition)
            {
                _ready.Remove(session.Place);
            }
            else if (!_dealer.Shared.HasNext)
            {
                return;
            }
        }
    }

    /// <summary>Hands nothing out any more.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Lets all streams look at what has changed.</summary>
    public void WakeAll()
    {
        foreach (var session in _dealer.Sessions)
        {
            session.Wake();
        }
    }

    /// <param name="session">The stream.</param>
    /// <param name="sharing">How many share what there is, where it is not the stream's alone.</param>
    private HandedRecord[] HandOut(Session session, int sharing)
    {
        if (!session.HasRoom || !session.Line.HasNext)
        {
            return [];
        }

        var share = _dealer.IsByPartition ? int.MaxValue : (partitions.Custody.Buffer.Count + sharing - 1) / Math.Max(sharing, 1);
        var count = Math.Min(session.RoomForRecords, Math.Max(share, 1));
        var records = partitions.Custody.HandOut(session.Holder, session.Line, count, Math.Min(session.RoomForBytes, MaxBytesAtOnce));
        session.Permits -= session.Permits == long.MaxValue ? 0 : records.Length;
        return records;
    }

    /// <summary>Does something for records that a client still has from the time when they were handed to it.</summary>
    private static void DoForHeld(Session session, HandedRecord[] records, Action<TrackedRecord> act)
    {
        foreach (var (record, _, attempt) in records)
        {
            if (record.Holder == session.Holder && record.Attempts == attempt)
            {
                act(record);
            }
        }
    }
}
