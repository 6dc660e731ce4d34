using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Tailing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// The life of one broadcast client: attach to the tail, send what is there, park; catch up from Kafka when it is behind; attach
/// again when the topics have changed. While Kafka cannot be reached the stream stays open and beats.
/// </summary>
internal sealed class BroadcastStream : ISweepTarget, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    private readonly HttpContext _context;
    private readonly KafkaRoute _route;
    private readonly TransportServices _services;
    private readonly StreamScope _scope;
    private readonly TailPlace _place;
    private StreamClock _clock;
    private IStreamSink _sink = null!;
    private StreamEnd? _end;
    private bool _hasCaughtUp;
    private bool _hasMoved;
    private bool _isCut;

    public BroadcastStream(
        HttpContext context,
        RouteLifetime lifetime,
        KafkaConnection connection,
        TransportServices services,
        FramingKind kind)
    {
        _context = context;
        _route = lifetime.Route;
        _services = services;
        _clock = new StreamClock(services.Time);
        var start = StreamQuery.Parse(context.Request, _route, services.Time.GetUtcNow());
        _place = new TailPlace(services.Tails, _route, connection, kind, start, services.Time);
        _scope = new StreamScope(context, services, lifetime, _place.Reader.Parking);
    }

    int ISweepTarget.SweepIndex { get; set; }

    /// <summary>Gets a value indicating whether the client has everything that it asked for before anything was sent.</summary>
    public bool IsDone => _place.Reader.IsDone;

    /// <summary>Ends the stream for the client, who has said that it goes, or does what it may not.</summary>
    public void EndByClient() => _scope.EndByClient();

    /// <summary>Finds the client's place, as long as that takes no longer than a request may.</summary>
    /// <exception cref="KafkaProblemException">The request cannot be answered: nothing has been sent yet.</exception>
    public Task PrepareAsync() => _place.TryAttachAsync(_services.Options.KafkaTimeout, _scope.Ended);

    /// <summary>Streams until the client goes, the gateway stops or the route changes.</summary>
    public async Task RunAsync(IStreamSink sink)
    {
        _sink = sink;
        ConnectionRules.LimitSilence(_context, _services.Options.WriteTimeout);
        _services.Sweeper.Add(this);
        try
        {
            _clock.BeginWrite();
            await sink.StartAsync(_place.TakeFirstCursor());
            _clock.EndWrite();
            try
            {
                await PumpAsync();
            }
            finally
            {
                // Whoever woke this client sees to others next, and must not be held up by what the application does after a request.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            _clock.BeginWrite();
            await (_end == StreamEnd.Done ? sink.FinishAsync(_place.Cursor!) : sink.EndAsync(_end ?? _scope.Reason));
        }
        catch (KafkaProblemException failure)
        {
            _clock.BeginWrite();
            await sink.FailAsync(failure.Problem);
        }
        catch (Exception) when (_scope.Ended.IsCancellationRequested)
        {
            // Whatever a write or a wait threw, it was cut short by the end.
            _clock.BeginWrite();
            await sink.EndAsync(_scope.Reason);
        }
        finally
        {
            _services.Sweeper.Remove(this);
        }
    }

    public void Dispose()
    {
        _scope.Dispose();
        _place.Dispose();
    }

    void ISweepTarget.Sweep(long now)
    {
        _scope.Sweep();
        if (_clock.IsWritingFor(_scope.Ended.IsCancellationRequested ? Patience : _services.Options.WriteTimeout, now))
        {
            Cut();
        }
        else if (!_sink.IsAlive(now))
        {
            _context.Abort();
        }
        else if (_place.Reader.Parking.IsParked && _clock.IsSilentFor(_route.Options.HeartbeatInterval, now))
        {
            _place.Reader.Parking.Wake(TailWake.Heartbeat);
        }
    }

    private async Task PumpAsync()
    {
        while (!_scope.Ended.IsCancellationRequested)
        {
            if (!_place.IsAttached || _place.IsRetired)
            {
                _hasCaughtUp = false;
                if (!await _place.TryAttachAsync(Patience, _scope.Ended))
                {
                    // It may have failed at once, and must not be tried without a pause then.
                    await HeartbeatAsync();
                    await Task.Delay(RetryPause, _services.Time, _scope.Ended);
                    continue;
                }
            }

            await TellNewsAsync();
            switch (_place.Reader.TryRead(out var block))
            {
                case TailRead.Block:
                    await SendAsync(block);
                    break;
                case TailRead.CaughtUp:
                    _hasCaughtUp = true;
                    await _place.Reader.WaitAsync();
                    await HeartbeatAsync();
                    break;
                case TailRead.Behind when !_place.IsRetired:
                    if (!MayFallBehind())
                    {
                        return;
                    }

                    await CatchUpAsync();
                    await HeartbeatAsync();
                    break;
                case TailRead.Done:
                    _end = StreamEnd.Done;
                    return;
            }
        }
    }

    /// <summary>Says whether a client that the tail has left behind may go on; one that has not been there yet always may.</summary>
    private bool MayFallBehind()
    {
        if (!_hasCaughtUp)
        {
            return true;
        }

        _hasCaughtUp = false;
        var isCut = _route.Options.SlowClients == KafkaSlowClients.Disconnect;
        _services.Metrics.SlowClient(_route.RouteId, isCut ? "disconnect" : "catch-up");
        _end = isCut ? StreamEnd.TooSlow : null;
        return !isCut;
    }

    /// <summary>Waits for the next piece of the past and sends the first of it; the rest is read as the tail is.</summary>
    private async Task CatchUpAsync()
    {
        using var ticket = _place.AskForPast();
        while (!ticket.Piece.IsCompleted)
        {
            try
            {
                await ticket.Piece.WaitAsync(Patience, _services.Time, _scope.Ended);
            }
            catch (TimeoutException)
            {
                await HeartbeatAsync();
            }
        }

        var piece = await ticket.Piece;
        await _place.EnterPastAsync(piece);
        if (piece.Problem is not null)
        {
            // It may have failed at once, and must not be tried without a pause then.
            await Task.Delay(RetryPause, _services.Time, _scope.Ended);
        }
        else if (_place.Reader.TryRead(out var block) == TailRead.Block)
        {
            // The reader holds what is being sent: a client that reads slowly must not keep the rest in memory.
            ticket.Dispose();
            await SendAsync(block);
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> block)
    {
        if (block.Length == 0)
        {
            _hasMoved = true;
            _place.Reader.Advance();
            return;
        }

        _clock.BeginWrite();
        var writing = _sink.WriteAsync(block);
        if (_sink.TakesAtOnce)
        {
            // While the client takes its time, the tail need not keep the bytes for it.
            _place.Reader.Advance();
            await writing;
        }
        else
        {
            await writing;
            _place.Reader.Advance();
        }

        _clock.EndWrite();
        _hasMoved = false;
    }

    private async ValueTask TellNewsAsync()
    {
        using var news = _place.TakeNews();
        if (news is not null)
        {
            _clock.BeginWrite();
            await _sink.WriteAsync(news.WrittenMemory);
            _clock.EndWrite();
        }
    }

    private async ValueTask HeartbeatAsync()
    {
        if (_clock.IsSilentFor(_route.Options.HeartbeatInterval, _services.Time.GetTimestamp()) && !_scope.Ended.IsCancellationRequested)
        {
            _clock.BeginWrite();
            await _sink.HeartbeatAsync(() => _place.Cursor, _hasMoved);
            _clock.EndWrite();
            _hasMoved = false;
        }
    }

    /// <summary>Cuts the client off. Kestrel's minimum data rate does not end a stream whose client has stopped reading.</summary>
    private void Cut()
    {
        if (!_isCut)
        {
            _isCut = true;
            _services.Metrics.SlowClient(_route.RouteId, "write-timeout");
        }

        _context.Abort();
    }
}
