using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// One client's place in the tail. Once its positions are the tail's own it is no more than a segment and an index, and what it
/// reads are the tail's bytes. Before (it came with a cursor of its own) it passes over what it has, and every cursor in its
/// bytes is rewritten to say what this client has read.
/// </summary>
internal sealed class TailReader : IDisposable
{
    private const int MaxBlock = 64 * 1024;

    private readonly bool _keepsPositions;
    private TailLog? _log;
    private TailSegment? _segment;
    private int _index;
    private int _readTo;
    private long[]? _lost;
    private ReaderPositions? _positions;
    private PooledBuffer? _rewritten;
    private bool _isPinned;

    /// <param name="keepsPositions">Whether <see cref="Positions"/> is needed after every record: for paging.</param>
    public TailReader(bool keepsPositions = false) => _keepsPositions = keepsPositions;

    public TailParking Parking { get; } = new();

    /// <summary>Gets the next offset of every partition for this client.</summary>
    public long[] Positions => _positions?.Own ?? _segment?.PositionsAt(_index) ?? _lost!;

    /// <summary>Attaches at the end of the tail.</summary>
    public void AttachAtHead(TailLog log)
    {
        _log = log;
        (_segment, _index) = log.Head();
        if (_keepsPositions)
        {
            var positions = _segment.PositionsAt(_index);
            _positions = new ReaderPositions(positions, positions);
        }
    }

    /// <summary>Attaches where a client with these positions reads on.</summary>
    /// <returns>False if the tail does not go back that far; the reader keeps the positions.</returns>
    public bool TryAttach(TailLog log, long[] positions)
    {
        _log = log;
        _lost = positions;
        _positions = null;
        _segment = log.Find(positions);
        _index = 0;
        if (_segment is null)
        {
            return false;
        }

        _positions = new ReaderPositions(positions, _segment.StartPositions);
        Converge();
        return true;
    }

    /// <summary>Gets as much as is there, up to 64 KiB: the tail's own bytes wherever that is possible.</summary>
    public TailRead TryRead(out ReadOnlyMemory<byte> block)
    {
        block = default;
        var found = MoveToNext();
        if (found != TailRead.Block)
        {
            return found;
        }

        if (_positions is not null)
        {
            block = Rewrite(_positions);
            return TailRead.Block;
        }

        _rewritten?.Dispose();
        _rewritten = null;
        _readTo = _segment!.Count;
        block = _segment.Slice(_index, _readTo);
        return TailRead.Block;
    }

    /// <summary>Gets the next record alone. For readers that keep positions.</summary>
    public TailRead TryReadRecord(out ReadOnlyMemory<byte> record)
    {
        var found = MoveToNext();
        record = default;
        if (found == TailRead.Block)
        {
            _readTo = _index + 1;
            record = _segment!.Slice(_index, _readTo);
        }

        return found;
    }

    /// <summary>Goes on behind what was read last.</summary>
    public void Advance()
    {
        while (_positions is not null && _index < _readTo)
        {
            _positions.Pass(_segment![_index++]);
        }

        _index = _readTo;
        Unpin();
    }

    /// <summary>Waits until there is something to read, a heartbeat is due or the stream shall end. One caller at a time.</summary>
    public ValueTask<TailWake> WaitAsync()
    {
        var woken = Parking.Park();
        if (!_log!.Wait(Parking, _segment!, _index))
        {
            Parking.Wake(TailWake.Data);
        }

        return woken;
    }

    /// <summary>Leaves the log, to attach to another.</summary>
    public void Detach()
    {
        Unpin();
        _log?.Leave(Parking);
        _rewritten?.Dispose();
        _rewritten = null;
    }

    public void Dispose() => Detach();

    /// <summary>Moves to the next entry that is new to this client and pins its segment.</summary>
    private TailRead MoveToNext()
    {
        while (_segment is not null)
        {
            if (!_segment.TryPin())
            {
                _lost = Positions;
                _positions = null;
                _segment = null;
                break;
            }

            _isPinned = true;
            var next = _segment.Next;
            var count = _segment.Count;
            PassKnown(count);
            if (_index < count)
            {
                return TailRead.Block;
            }

            Unpin();
            if (next is null)
            {
                return _log!.IsRetired ? TailRead.Retired : TailRead.CaughtUp;
            }

            _segment = next;
            _index = 0;
        }

        return TailRead.Behind;
    }

    private void PassKnown(int count)
    {
        while (_positions is { } positions && _index < count && !positions.IsNew(_segment![_index]))
        {
            positions.Pass(_segment[_index++]);
            Converge();
        }
    }

    /// <summary>Gathers records with this client's cursors in place of the tail's.</summary>
    private ReadOnlyMemory<byte> Rewrite(ReaderPositions positions)
    {
        _rewritten ??= new PooledBuffer();
        _rewritten.Clear();
        var cursor = new byte[CursorCodec.GetMaxLength(_log!.Map)];
        var hasCursors = TailLog.HasCursorPerRecord(_log.Map);
        var count = _segment!.Count;
        for (; _index < count && !positions.AreTails && _rewritten.Length < MaxBlock; _index++)
        {
            var entry = _segment[_index];
            var isNew = positions.IsNew(entry);
            positions.Pass(entry);
            var framed = _segment.Slice(_index, _index + 1).Span;
            if (framed.Length > 0 && (isNew || (entry.Partition < 0 && !hasCursors)))
            {
                var length = CursorCodec.Encode(_log.Map, positions.Own, cursor);
                _log.Spec.Rewrite(_rewritten, framed, cursor.AsSpan(0, length));
            }
        }

        _readTo = _index;
        Converge();
        return _rewritten.WrittenMemory;
    }

    private void Converge()
    {
        if (_positions is { AreTails: true } && !_keepsPositions)
        {
            _positions = null;
        }
    }

    private void Unpin()
    {
        if (_isPinned)
        {
            _isPinned = false;
            _segment!.Unpin();
        }
    }
}
