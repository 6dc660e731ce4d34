using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// The tail of a source in one wire format: framed once, kept for a bounded number of bytes and a bounded time, read by any number of
/// clients. The source's thread appends and publishes; clients attach, read and park from anywhere.
/// </summary>
internal sealed class TailLog : ITailHolder, IDisposable
{
    private readonly Lock _gate = new();
    private readonly TailWaiters _waiters = new();
    private readonly List<TailSegment> _segments = [];
    private readonly TailMemory _memory;
    private readonly TailWriter _writer;
    private TailSegment _newest;
    private long _bytes;
    private bool _retired;

    public TailLog(PartitionMap map, FramingSpec framing, ReadOnlySpan<long> positions, TailMemory memory)
    {
        Map = map;
        Spec = framing;
        _memory = memory;
        _writer = new TailWriter(map, framing, positions, memory.Budget);
        _newest = _writer.Last;
        _segments.Add(_newest);
        memory.Budget.Add(this);
    }

    public PartitionMap Map { get; }

    public FramingSpec Spec { get; }

    public bool IsRetired => Volatile.Read(ref _retired);

    long ITailHolder.OldestUse
    {
        get
        {
            lock (_gate)
            {
                return _segments.Count > 1 ? _segments[0].LastUse : long.MaxValue;
            }
        }
    }

    /// <summary>Appends a record. For the source's thread.</summary>
    public void Append(int partition, in RecordView record)
    {
        _writer.WriteRecord(partition, record);
        KeepUp();
    }

    /// <summary>Appends the news that records are gone from Kafka. For the source's thread.</summary>
    public void AppendGap(int partition, GapInfo gap)
    {
        _writer.WriteGap(partition, gap);
        KeepUp();
    }

    /// <summary>Appends that a partition has moved on without a record. For the source's thread.</summary>
    public void AppendPosition(int partition, long next)
    {
        _writer.WritePosition(partition, next);
        KeepUp();
    }

    /// <summary>Shows readers what was appended. For the source's thread, once a batch; <see cref="WakeReaders"/> follows.</summary>
    public void Publish()
    {
        _writer.Publish();
        KeepUp();
        _writer.Last.LastUse = _memory.Time.GetTimestamp();
        DropOld();
    }

    /// <summary>Wakes those that wait. Without a lock: they go on on this thread.</summary>
    public void WakeReaders() => _waiters.WakeAll();

    /// <summary>Drops what is too old, even where nothing new comes. For the source's thread.</summary>
    public void DropOld()
    {
        if (_writer.Last is { Size: > 0 } last && IsOld(last))
        {
            var use = last.LastUse;
            _writer.Roll();
            KeepUp();
            last.LastUse = use;
        }

        lock (_gate)
        {
            while (_segments.Count > 1 && IsOld(_segments[0]))
            {
                DropOldest();
            }
        }
    }

    /// <summary>Ends the log: readers are told to attach elsewhere, and have to be woken to hear it.</summary>
    public void Retire() => Volatile.Write(ref _retired, true);

    /// <summary>Finds where a client reads on, or null when the tail does not go back that far.</summary>
    /// <param name="positions">The client's next offset of every partition.</param>
    public TailSegment? Find(ReadOnlySpan<long> positions)
    {
        lock (_gate)
        {
            for (var index = _segments.Count - 1; index >= 0; index--)
            {
                if (!PositionOrder.IsAnyAbove(_segments[index].StartPositions, positions))
                {
                    return _segments[index];
                }
            }
        }

        return null;
    }

    /// <summary>Gets the place behind the last published record.</summary>
    public (TailSegment Segment, int Index) Head()
    {
        lock (_gate)
        {
            var segment = _segments[^1];
            return (segment, segment.Count);
        }
    }

    /// <summary>Gets the positions behind the last published record.</summary>
    public long[] HeadPositions()
    {
        var (segment, index) = Head();
        return segment.PositionsAt(index);
    }

    /// <summary>Gets the positions at the tail's oldest byte: what a client that catches up has to reach.</summary>
    public long[] StartPositions()
    {
        lock (_gate)
        {
            return _segments[0].StartPositions;
        }
    }

    /// <summary>Puts a client on the list of those to be woken.</summary>
    /// <returns>False if there is something to read already.</returns>
    public bool Wait(TailParking parking, TailSegment segment, int index)
    {
        // Listed first and looked at after, so that whatever is published in between is seen here or wakes the client.
        _waiters.Add(parking);
        return !IsRetired && segment.Next is null && segment.Count <= index;
    }

    /// <summary>Takes a client off the list.</summary>
    public void Leave(TailParking parking) => _waiters.Remove(parking);

    bool ITailHolder.TryDropOldest()
    {
        lock (_gate)
        {
            return _segments.Count > 1 && DropOldest();
        }
    }

    public void Dispose()
    {
        _memory.Budget.Remove(this);
        lock (_gate)
        {
            foreach (var segment in _segments)
            {
                segment.Unpin();
            }

            // One stays in the list, so that Head and StartPositions answer whoever is late.
            _segments.RemoveRange(0, _segments.Count - 1);
        }

        _writer.Dispose();
    }

    /// <summary>Lists the segment that the writer has begun, if it has, and drops what is too much then.</summary>
    private void KeepUp()
    {
        var last = _writer.Last;
        if (ReferenceEquals(_newest, last))
        {
            return;
        }

        lock (_gate)
        {
            _newest.LastUse = _memory.Time.GetTimestamp();
            _bytes += _newest.Size;
            _newest = last;
            _segments.Add(last);
            while (_bytes + last.Size > _memory.Limits.MaxBytes && _segments.Count > 1)
            {
                DropOldest();
            }
        }

        _memory.Budget.Trim();
    }

    private bool DropOldest()
    {
        _bytes -= _segments[0].Size;
        _segments[0].Unpin();
        _segments.RemoveAt(0);
        return true;
    }

    private bool IsOld(TailSegment segment) => _memory.Time.GetElapsedTime(segment.LastUse) > _memory.Limits.MaxAge;
}
