using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// Where one streaming client is: in the tail, behind it (it catches up from Kafka), or nowhere yet, because Kafka has not told what it
/// has. Whatever the client asked for and Kafka no longer has collects as gaps, to be told before anything else.
/// </summary>
internal sealed class TailPlace : IDisposable
{
    private readonly TailCatalog _tails;
    private readonly KafkaRoute _route;
    private readonly KafkaConnection _connection;
    private readonly FramingKind _kind;
    private readonly TimeProvider _time;
    private StartRequest? _start;
    private List<GapInfo>? _gaps;
    private TailSubscription _subscription;
    private TailLog? _log;
    private long[]? _limits;
    private bool _isCursorDue;

    public TailPlace(TailCatalog tails, KafkaRoute route, KafkaConnection connection, FramingKind kind, StartRequest start, TimeProvider time)
    {
        _tails = tails;
        _route = route;
        _connection = connection;
        _kind = kind;
        _start = start;
        _time = time;
        _subscription = tails.Subscribe(route, connection);
    }

    public TailReader Reader { get; } = new();

    /// <summary>Gets a value indicating whether the client has a place: in the tail or behind it.</summary>
    public bool IsAttached => _log is not null;

    /// <summary>Gets a value indicating whether the source has ended, and the client has to attach to its successor.</summary>
    public bool IsRetired => _log is { IsRetired: true };

    /// <summary>Gets the client's cursor; null while it has no place.</summary>
    public string? Cursor => _log is null ? null : CursorCodec.Encode(_log.Map, Reader.Positions);

    /// <summary>Attaches where the client asked to begin, or to the successor of a source that has ended.</summary>
    /// <returns>False if Kafka has not answered in time; try again.</returns>
    /// <exception cref="KafkaProblemException">It cannot be done, now or later.</exception>
    public async Task<bool> TryAttachAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            if (await TryGetLogAsync(patience, cancellationToken) is not { IsRetired: false } log)
            {
                return false;
            }

            if (_start?.Cursor is not null && !await _subscription.Source.IsCurrentAsync(log))
            {
                return await TryAttachAsync(patience, cancellationToken);
            }

            var place = _start is null
                ? await MoveAsync(_log!, log)
                : await StartPositionResolver.ResolveAsync(_start, log, _subscription.Cluster);
            Add(place.Gaps);
            _start = null;
            Reader.Detach();
            _log = log;
            _limits = place.Limits;
            _isCursorDue = true;
            if (place.Positions is null)
            {
                Reader.AttachAtHead(log, _limits);
            }
            else
            {
                Reader.TryAttach(log, place.Positions, _limits);
            }

            return true;
        }
        catch (KafkaProblemException failure) when (failure.Problem.IsUnavailable)
        {
            return false;
        }
    }

    /// <summary>Asks for the next piece of the past; behind it the client may be in the tail.</summary>
    public CatchUpTicket AskForPast()
    {
        var log = _log!;
        return _subscription.CatchUp.Ask(new CatchUpRequest(log.Map, log.Spec, Reader.WantedPositions, log.StartPositions()));
    }

    /// <summary>Goes on in a piece of the past, or behind what Kafka turns out not to have any more.</summary>
    /// <exception cref="KafkaProblemException">It cannot be read, now or later.</exception>
    public async Task EnterPastAsync(CatchUpPiece piece)
    {
        switch (piece.Problem)
        {
            case null:
                Reader.EnterPast(piece.First);
                break;
            case { IsUnavailable: false } problem:
                throw new KafkaProblemException(problem);
            default:
                // Retention may have passed the client while it was reading.
                try
                {
                    var place = await StartPositionResolver.AdjustAsync(Reader.Positions, [], _limits, _log!, _subscription.Cluster);
                    Add(place.Gaps);
                    Reader.TryAttach(_log!, place.Positions!, _limits);
                }
                catch (KafkaProblemException failure) when (failure.Problem.IsUnavailable)
                {
                    // Kafka cannot be asked now: the client tries again from where it is.
                }

                break;
        }
    }

    /// <summary>
    /// Gets the cursor for the first bytes; null while the client has no place, or while there are gaps: a client that is cut off before it
    /// has heard of those must not know a cursor behind them.
    /// </summary>
    public string? TakeFirstCursor()
    {
        if (_gaps is not null || _log is null)
        {
            return null;
        }

        _isCursorDue = false;
        return Cursor;
    }

    /// <summary>Takes what the client has to be told before anything else, framed: gaps, or where it stands; null when there is nothing.</summary>
    public PooledBuffer? TakeNews()
    {
        if (_gaps is null && !_isCursorDue)
        {
            return null;
        }

        var frame = new PooledBuffer();
        using var framing = _log!.Spec.Create();
        var cursor = System.Text.Encoding.ASCII.GetBytes(Cursor!);
        if (_gaps is not null)
        {
            framing.WriteGap(frame, _gaps.ToArray(), cursor);
        }
        else
        {
            framing.WritePosition(frame, cursor);
        }

        _gaps = null;
        _isCursorDue = false;
        return frame;
    }

    public void Dispose()
    {
        Reader.Dispose();
        _subscription.Dispose();
    }

    private async Task<TailLog?> TryGetLogAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_subscription.Source.IsEnded)
        {
            if (_subscription.Source.Problem is { IsUnavailable: false } problem)
            {
                throw new KafkaProblemException(problem);
            }

            _subscription.Dispose();
            _subscription = _tails.Subscribe(_route, _connection);
        }

        try
        {
            return (await _subscription.Source.Ready.WaitAsync(patience, _time, cancellationToken)).Get(_kind);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private void Add(IReadOnlyList<GapInfo> gaps)
    {
        if (gaps.Count > 0)
        {
            (_gaps ??= []).AddRange(gaps);
        }
    }

    /// <summary>Finds the client's place in the successor of its log.</summary>
    private ValueTask<StartPosition> MoveAsync(TailLog from, TailLog to)
    {
        var moved = PositionMove.Between(from.Map, to.Map, Reader.Positions);
        return StartPositionResolver.AdjustAsync(
            moved.Positions, moved.RecreatedTopics, ReadLimits.Move(_limits, from.Map, to.Map), to, _subscription.Cluster);
    }
}
