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
    private const int CatchUpBytes = 256 * 1024;

    private readonly TailCatalog _tails;
    private readonly KafkaRoute _route;
    private readonly KafkaConnection _connection;
    private readonly FramingKind _kind;
    private readonly StartRequest _start;
    private readonly TimeProvider _time;
    private readonly List<GapInfo> _gaps = [];
    private TailSubscription _subscription;
    private TailLog? _log;
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

    public CatchUpPool CatchUp => _subscription.CatchUp;

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

            if (_log is null && _start.Cursor is not null && !await _subscription.Source.IsCurrentAsync(log))
            {
                return await TryAttachAsync(patience, cancellationToken);
            }

            var place = _log is null
                ? await StartPositionResolver.ResolveAsync(_start, log, _subscription.Cluster)
                : await AdjustAsync(log, PositionMove.Between(_log.Map, log.Map, Reader.Positions));
            _gaps.AddRange(place.Gaps);
            Reader.Detach();
            _log = log;
            _isCursorDue = true;
            if (place.Positions is null)
            {
                Reader.AttachAtHead(log);
            }
            else
            {
                Reader.TryAttach(log, place.Positions);
            }

            return true;
        }
        catch (KafkaProblemException failure) when (failure.Problem.IsUnavailable)
        {
            return false;
        }
    }

    /// <summary>Reads the next piece from Kafka; behind it the client may be in the tail.</summary>
    public async Task<CatchUpChunk> ReadPastAsync(CatchUpConsumer consumer)
    {
        var log = _log!;
        var chunk = await consumer.ReadAsync(new CatchUpRequest(
            log.Map, log.Spec, Reader.Positions, log.StartPositions(), int.MaxValue, CatchUpBytes));
        if (chunk.Problem is { IsUnavailable: false } problem)
        {
            chunk.Dispose();
            throw new KafkaProblemException(problem);
        }

        return chunk;
    }

    /// <summary>Moves behind a piece that has been sent.</summary>
    /// <returns>Whether the client is in the tail.</returns>
    public async Task<bool> MoveBehindAsync(CatchUpChunk chunk)
    {
        var positions = chunk.Positions;
        if (chunk.Problem is not null)
        {
            // Retention may have passed the client while it was reading.
            try
            {
                var place = await AdjustAsync(_log!, new PositionMove(positions, []));
                _gaps.AddRange(place.Gaps);
                positions = place.Positions!;
            }
            catch (KafkaProblemException failure) when (failure.Problem.IsUnavailable)
            {
                // Kafka cannot be asked now: the client tries again from where it is.
            }
        }

        return Reader.TryAttach(_log!, positions);
    }

    /// <summary>
    /// Gets the cursor for the first bytes; null while the client has no place, or while there are gaps: a client that is cut off before it
    /// has heard of those must not know a cursor behind them.
    /// </summary>
    public string? TakeFirstCursor()
    {
        if (_gaps.Count > 0 || _log is null)
        {
            return null;
        }

        _isCursorDue = false;
        return Cursor;
    }

    /// <summary>Takes what the client has to be told before anything else, framed: gaps, or where it stands; null when there is nothing.</summary>
    public PooledBuffer? TakeNews()
    {
        if (_gaps.Count == 0 && !_isCursorDue)
        {
            return null;
        }

        var frame = new PooledBuffer();
        using var framing = _log!.Spec.Create();
        var cursor = System.Text.Encoding.ASCII.GetBytes(Cursor!);
        if (_gaps.Count > 0)
        {
            framing.WriteGap(frame, _gaps.ToArray(), cursor);
        }
        else
        {
            framing.WritePosition(frame, cursor);
        }

        _gaps.Clear();
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

    private ValueTask<StartPosition> AdjustAsync(TailLog log, PositionMove moved) =>
        StartPositionResolver.AdjustAsync(moved.Positions, moved.RecreatedTopics, log, _subscription.Cluster);
}
