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
internal sealed class BroadcastStream : ClientStream
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    private readonly TailPlace _place;
    private bool _hasCaughtUp;

    public BroadcastStream(
        HttpContext context,
        RouteLifetime lifetime,
        KafkaConnection connection,
        TransportServices services,
        FramingKind kind)
        : this(context, lifetime, services, CreatePlace(context, lifetime.Route, connection, services, kind))
    {
    }

    private BroadcastStream(HttpContext context, RouteLifetime lifetime, TransportServices services, TailPlace place)
        : base(context, lifetime, services, place.Reader.Parking) => _place = place;

    /// <summary>Gets a value indicating whether the client has everything that it asked for before anything was sent.</summary>
    public bool IsDone => _place.Reader.IsDone;

    protected override string? Cursor => _place.Cursor;

    /// <summary>Finds the client's place, as long as that takes no longer than a request may.</summary>
    /// <exception cref="KafkaProblemException">The request cannot be answered: nothing has been sent yet.</exception>
    public Task PrepareAsync() => _place.TryAttachAsync(Services.Options.KafkaTimeout, Scope.Ended);

    public override void Dispose()
    {
        base.Dispose();
        _place.Dispose();
    }

    protected override string? TakeFirstCursor() => _place.TakeFirstCursor();

    protected override async Task PumpAsync()
    {
        while (!Scope.Ended.IsCancellationRequested)
        {
            if (!_place.IsAttached || _place.IsRetired)
            {
                _hasCaughtUp = false;
                if (!await _place.TryAttachAsync(Patience, Scope.Ended))
                {
                    // It may have failed at once, and must not be tried without a pause then.
                    await HeartbeatAsync();
                    await Task.Delay(RetryPause, Services.Time, Scope.Ended);
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
                    End = StreamEnd.Done;
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
        var isCut = Route.Options.SlowClients == KafkaSlowClients.Disconnect;
        Services.Metrics.SlowClient(Route.RouteId, isCut ? "disconnect" : "catch-up");
        End = isCut ? StreamEnd.TooSlow : null;
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
                await ticket.Piece.WaitAsync(Patience, Services.Time, Scope.Ended);
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
            await Task.Delay(RetryPause, Services.Time, Scope.Ended);
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
            HasMoved = true;
            _place.Reader.Advance();
            return;
        }

        BeginWrite();
        var writing = Sink.WriteAsync(block);
        if (Sink.TakesAtOnce)
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

        EndWrite();
        HasMoved = false;
    }

    private async ValueTask TellNewsAsync()
    {
        using var news = _place.TakeNews();
        if (news is not null)
        {
            BeginWrite();
            await Sink.WriteAsync(news.WrittenMemory);
            EndWrite();
        }
    }

    private static TailPlace CreatePlace(
        HttpContext context, KafkaRoute route, KafkaConnection connection, TransportServices services, FramingKind kind) =>
        new(services.Tails, route, connection, kind, StreamQuery.Parse(context.Request, route, services.Time.GetUtcNow()), services.Time);
}
