namespace KafkaConsume.Yarp.Tailing;

/// <summary>Pieces of the past that were read for one client and may be of use to the next.</summary>
internal sealed class CatchUpCache : ITailHolder, IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<CatchUpPiece> _pieces = [];
    private readonly TailMemory _memory;
    private long _bytes;

    public CatchUpCache(TailMemory memory)
    {
        _memory = memory;
        memory.Budget.Add(this);
    }

    long ITailHolder.OldestUse
    {
        get
        {
            lock (_gate)
            {
                return Oldest()?.LastUse ?? long.MaxValue;
            }
        }
    }

    /// <summary>Finds the piece that has most for a client, and holds it for that client.</summary>
    public CatchUpPiece? Find(CatchUpRequest request)
    {
        lock (_gate)
        {
            var best = _pieces.MaxBy(piece => piece.NewTo(request));
            if (best is null || best.NewTo(request) == 0)
            {
                return null;
            }

            best.Hold();
            best.LastUse = _memory.Time.GetTimestamp();
            return best;
        }
    }

    public void Add(CatchUpPiece piece)
    {
        lock (_gate)
        {
            piece.Hold();
            piece.LastUse = _memory.Time.GetTimestamp();
            _bytes += piece.Size;
            _pieces.Add(piece);
            while (_bytes > _memory.Limits.MaxBytes && _pieces.Count > 1)
            {
                Drop(Oldest()!);
            }
        }
    }

    public void DropOld()
    {
        lock (_gate)
        {
            while (Oldest() is { } oldest && _memory.Time.GetElapsedTime(oldest.LastUse) > MaxAge)
            {
                Drop(oldest);
            }
        }
    }

    /// <summary>Drops what is too much for the gateway. To be called without a lock.</summary>
    public void Trim() => _memory.Budget.Trim();

    bool ITailHolder.TryDropOldest()
    {
        lock (_gate)
        {
            if (Oldest() is not { } oldest)
            {
                return false;
            }

            Drop(oldest);
            return true;
        }
    }

    public void Dispose()
    {
        _memory.Budget.Remove(this);
        lock (_gate)
        {
            while (Oldest() is { } oldest)
            {
                Drop(oldest);
            }
        }
    }

    private CatchUpPiece? Oldest() => _pieces.MinBy(piece => piece.LastUse);

    private void Drop(CatchUpPiece piece)
    {
        _pieces.Remove(piece);
        _bytes -= piece.Size;
        piece.Release();
    }
}
