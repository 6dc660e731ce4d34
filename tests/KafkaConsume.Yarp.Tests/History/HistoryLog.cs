namespace KafkaConsume.Yarp.Tests.History;

/// <summary>Collects what many see at the same time, in one order.</summary>
internal sealed class HistoryLog(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<HistoryEvent> _events = [];
    private readonly long _started = time.GetTimestamp();
    private long _said;

    /// <summary>Gets how many events there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _events.Count;
            }
        }
    }

    public IReadOnlyList<HistoryEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public void Add(HistoryEvent seen)
    {
        lock (_gate)
        {
            _events.Add(seen with { At = time.GetElapsedTime(_started) });
        }
    }

    /// <summary>Gets a name for what a client is about to say.</summary>
    public long NextId() => Interlocked.Increment(ref _said);
}
