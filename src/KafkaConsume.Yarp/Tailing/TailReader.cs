namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// One client's place in the tail, or in a piece of the past. Once its positions are the tail's own it is no more than a segment and an
/// index, and what it reads are the tail's bytes. Before (it came with a cursor of its own), and for as long as it does not want
/// everything, it passes over what is not for it, and every cursor in its bytes is rewritten to say what this client has read.
/// </summary>
internal sealed class TailReader : IDisposable
{
    private readonly bool _keepsPositions;
    private TailLog? _log;
    private TailSegment? _segment;
    private int _index;
    private int _readTo;
    private long[]? _lost;
    private long[]? _limits;
    private ReaderPositions? _positions;
    private TailRewriter? _rewriter;
    private bool _isPinned;
    private bool _isInPast;

    /// <param name="keepsPositions">Whether this is for a page: <see cref="Positions"/> is needed after every record then.</param>
    public TailReader(bool keepsPositions = false)
    {
        _keepsPositions = keepsPositions;
        Parking = new TailParking(isStream: !keepsPositions);
    }

    public TailParking Parking { get; }

    /// <summary>Gets the next offset of every partition for this client.</summary>
    public long[] Positions => _positions?.Own ?? _segment?.PositionsAt(_index) ?? _lost!;

    /// <summary>Gets the client's next offset of every partition in which it wants more; out of reach in the others.</summary>
    public long[] WantedPositions => ReaderPositions.Wanted(Positions, _limits);

    /// <summary>Gets a value indicating whether the client has everything that it wants.</summary>
    public bool IsDone => _positions is { AreFinal: true };

    /// <summary>Attaches at the end of the tail.</summary>
    /// <param name="log">The tail.</param>
    /// <param name="limits">For each partition the first offset that the client does not want; null when it wants all there will be.</param>
    public void AttachAtHead(TailLog log, long[]? limits = null)
    {
        (_log, _limits, _isInPast) = (log, limits, false);
        (_segment, _index) = log.Head();
        var positions = _segment.PositionsAt(_index);
        KeepPositions(positions, (long[])positions.Clone());
    }

    /// <summary>Attaches where a client with these positions reads on.</summary>
    /// <param name="log">The tail.</param>
    /// <param name="positions">The client's next offset of every partition.</param>
    /// <param name="limits">For each partition the first offset that the client does not want; null when it wants all there will be.</param>
    /// <returns>False if the tail does not go back that far; the reader keeps the positions.</returns>
    public bool TryAttach(TailLog log, long[] positions, long[]? limits = null)
    {
        (_log, _limits, _lost) = (log, limits, positions);
        if (log.Find(ReaderPositions.Wanted(positions, limits)) is { } segment)
        {
            _isInPast = false;
            Enter(segment, positions);
            return true;
        }

        _positions = null;
        _segment = null;
        return false;
    }

    /// <summary>Goes on in a piece of the past that begins at or before this client's positions; at its end the reader looks for its place in the tail.</summary>
    public void EnterPast(TailSegment segment)
    {
        _isInPast = true;
        Enter(segment, Positions);
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
            _rewriter ??= new TailRewriter(_log!);
            block = _rewriter.Rewrite(_segment!, ref _index, _positions);
            _readTo = _index;
            Converge();
            return TailRead.Block;
        }

        DropRewriter();
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
        DropRewriter();
    }

    public void Dispose() => Detach();

    private void Enter(TailSegment segment, long[] positions)
    {
        (_segment, _index) = (segment, 0);
        KeepPositions(positions, segment.StartPositions);
    }

    /// <summary>Keeps the client's positions for as long as they are not the log's.</summary>
    private void KeepPositions(long[] own, long[] log)
    {
        _positions = new ReaderPositions(own, log, _limits);
        Converge();
    }

    /// <summary>Moves to the next entry that is new to this client and pins its segment.</summary>
    private TailRead MoveToNext()
    {
        while (_segment is not null)
        {
            var next = _segment.Next;
            var count = _segment.Count;
            PassKnown(count);
            if (IsDone)
            {
                return TailRead.Done;
            }

            if (_index < count)
            {
                if (_segment.TryPin())
                {
                    _isPinned = true;
                    return TailRead.Block;
                }

                Lose();
            }
            else if (next is not null)
            {
                _segment = next;
                _index = 0;
            }
            else if (_isInPast)
            {
                Lose();
                TryAttach(_log!, _lost!, _limits);
            }
            else
            {
                return _log!.IsRetired ? TailRead.Retired : TailRead.CaughtUp;
            }
        }

        return TailRead.Behind;
    }

    /// <summary>Is nowhere any more, but knows where it was.</summary>
    private void Lose()
    {
        _lost = Positions;
        _positions = null;
        _segment = null;
    }

    private void PassKnown(int count)
    {
        while (_positions is { } positions && _index < count && !positions.IsNew(_segment![_index]))
        {
            positions.Pass(_segment[_index++]);
            Converge();
        }
    }

    private void Converge()
    {
        if (_positions is { AreLogs: true } && !_keepsPositions)
        {
            _positions = null;
        }
    }

    private void DropRewriter()
    {
        _rewriter?.Dispose();
        _rewriter = null;
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
