using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// The tail of a source in one wire format: framed once, kept for a bounded number of bytes, read by any number of clients. The
/// source's thread appends and publishes; clients attach, read and park from anywhere.
/// </summary>
internal sealed class TailLog : IDisposable
{
    private const int SegmentBytes = 64 * 1024;

    /// <summary>Above this many partitions a cursor is too long to go with every record: one goes with each batch.</summary>
    private const int CursorPerRecordPartitions = 32;

    private readonly Lock _gate = new();
    private readonly TailWaiters _waiters = new();
    private readonly List<TailSegment> _segments = [];
    private readonly IFraming _framing;
    private readonly PooledBuffer _frame = new();
    private readonly byte[] _cursor;
    private readonly long[] _positions;
    private readonly int _maxBytes;
    private TailSegment _last;
    private long _bytes;
    private bool _cursorDue;
    private bool _retired;

    public TailLog(PartitionMap map, FramingSpec framing, ReadOnlySpan<long> positions, int maxBytes)
    {
        Map = map;
        Spec = framing;
        _framing = framing.Create();
        _positions = positions.ToArray();
        _cursor = new byte[CursorCodec.GetMaxLength(map)];
        _maxBytes = maxBytes;
        _last = Add(SegmentBytes);
    }

    public PartitionMap Map { get; }

    public FramingSpec Spec { get; }

    public bool IsRetired => Volatile.Read(ref _retired);

    /// <summary>Says whether every record carries the position behind it, and not just every batch.</summary>
    public static bool HasCursorPerRecord(PartitionMap map) => map.Count <= CursorPerRecordPartitions;

    /// <summary>Appends a record. For the source's thread.</summary>
    public void Append(int partition, in RecordView record)
    {
        _positions[partition] = record.Offset + 1;
        _frame.Clear();
        _framing.WriteRecord(_frame, record, CursorOfRecord());
        Append(partition, record.Offset);
    }

    /// <summary>Appends the news that records are gone from Kafka. For the source's thread.</summary>
    public void AppendGap(int partition, GapInfo gap)
    {
        _positions[partition] = gap.Available;
        _frame.Clear();
        _framing.WriteGap(_frame, [gap], CursorOfRecord());
        Append(partition, gap.Available - 1);
    }

    /// <summary>Appends that a partition has moved on without a record. For the source's thread.</summary>
    public void AppendPosition(int partition, long next)
    {
        _positions[partition] = next;
        _frame.Clear();
        var cursor = CursorOfRecord();
        if (!cursor.IsEmpty)
        {
            _framing.WritePosition(_frame, cursor);
        }

        Append(partition, next - 1);
    }

    /// <summary>Shows readers what was appended and wakes those that wait. For the source's thread, once a batch.</summary>
    public void Publish()
    {
        if (_cursorDue)
        {
            _cursorDue = false;
            _frame.Clear();
            _framing.WritePosition(_frame, Cursor());
            Append(-1, 0);
        }

        _last.Publish();
        _waiters.WakeAll();
    }

    /// <summary>Ends the log: readers are told to attach elsewhere.</summary>
    public void Retire()
    {
        Volatile.Write(ref _retired, true);
        _waiters.WakeAll();
    }

    /// <summary>Finds where a client reads on, or null when the tail does not go back that far.</summary>
    /// <param name="positions">The client's next offset of every partition.</param>
    public TailSegment? Find(ReadOnlySpan<long> positions)
    {
        lock (_gate)
        {
            for (var index = _segments.Count - 1; index >= 0; index--)
            {
                if (IsAtOrBehind(_segments[index].StartPositions, positions))
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

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var segment in _segments)
            {
                segment.Unpin();
            }

            // One stays in the list, so that Head and StartPositions answer whoever is late.
            _segments.RemoveRange(0, _segments.Count - 1);
        }

        _frame.Dispose();
        _framing.Dispose();
    }

    private static bool IsAtOrBehind(long[] start, ReadOnlySpan<long> positions)
    {
        for (var index = 0; index < start.Length; index++)
        {
            if (start[index] > positions[index])
            {
                return false;
            }
        }

        return true;
    }

    private void Append(int partition, long offset)
    {
        if (!_last.TryAppend(_frame.WrittenSpan, partition, offset))
        {
            Roll();
            _last.TryAppend(_frame.WrittenSpan, partition, offset);
        }

        // What a huge record took is not to wait for the next one.
        _frame.Clear();
    }

    private void Roll()
    {
        _last.Publish();
        var previous = _last;
        _last = Add(Math.Max(SegmentBytes, _frame.WrittenSpan.Length), previous);
        previous.Next = _last;
    }

    private TailSegment Add(int capacity, TailSegment? previous = null)
    {
        // The positions before the record that is about to be appended.
        var start = previous?.PositionsAt(previous.Count) ?? (long[])_positions.Clone();
        var segment = new TailSegment(start, capacity);
        lock (_gate)
        {
            _segments.Add(segment);
            _bytes += segment.Capacity;
            while (_bytes > _maxBytes && _segments.Count > 1)
            {
                _bytes -= _segments[0].Capacity;
                _segments[0].Unpin();
                _segments.RemoveAt(0);
            }
        }

        return segment;
    }

    private ReadOnlySpan<byte> CursorOfRecord()
    {
        if (Spec.Kind is FramingKind.Json)
        {
            // A batch names its position in its headers.
            return default;
        }

        if (HasCursorPerRecord(Map))
        {
            return Cursor();
        }

        _cursorDue = true;
        return default;
    }

    private ReadOnlySpan<byte> Cursor() => _cursor.AsSpan(0, CursorCodec.Encode(Map, _positions, _cursor));
}
