using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// The records that have been written to a client of whose arrival there is no sign yet. A sign follows a probe that was written behind
/// them; there is one probe at a time.
/// </summary>
internal sealed class ArrivalLine(GroupSession session, TimeProvider time)
{
    private readonly Queue<(HandedRecord[] Records, long Probe)> _written = new();
    private long _writtenAt;
    private long _probe;
    private volatile bool _isEmpty = true;

    /// <summary>Gets a value indicating whether everything has arrived. May be called from any thread.</summary>
    public bool IsEmpty => _isEmpty;

    public void Add(HandedRecord[] records)
    {
        if (_written.Count == 0 || _written.Peek().Probe <= _probe)
        {
            _writtenAt = time.GetTimestamp();
        }

        _written.Enqueue((records, _probe + 1));
        _isEmpty = false;
    }

    /// <summary>Settles what has arrived.</summary>
    /// <param name="arrived">The last probe that there was a sign for.</param>
    /// <param name="now">The time.</param>
    /// <param name="pause">How long after records the next probe is to be sent.</param>
    /// <returns>The number of the probe that is to be sent now, or null.</returns>
    public long? Settle(long arrived, long now, TimeSpan pause)
    {
        while (_written.TryPeek(out var first) && first.Probe <= arrived)
        {
            session.Arrived(_written.Dequeue().Records);
        }

        _isEmpty = _written.Count == 0;
        return !_isEmpty && arrived == _probe && time.GetElapsedTime(_writtenAt, now) >= pause ? ++_probe : null;
    }
}
