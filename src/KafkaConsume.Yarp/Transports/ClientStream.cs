using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tailing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// The life of one streaming client, whatever it reads: it is greeted, gets what there is, hears a heartbeat in silence, and is told why the
/// stream ends. One that takes nothing, or gives no sign of life, is cut off.
/// </summary>
internal abstract class ClientStream : ISweepTarget, IDisposable
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HttpContext _context;
    private readonly TailParking _parking;
    private StreamClock _clock;
    private bool _isCut;

    /// <param name="context">The request.</param>
    /// <param name="lifetime">The route.</param>
    /// <param name="services">What the application has.</param>
    /// <param name="parking">Where the stream waits.</param>
    protected ClientStream(HttpContext context, RouteLifetime lifetime, TransportServices services, TailParking parking)
    {
        _context = context;
        _parking = parking;
        _clock = new StreamClock(services.Time);
        Route = lifetime.Route;
        Services = services;
        Scope = new StreamScope(context, services, lifetime, parking);
    }

    int ISweepTarget.SweepIndex { get; set; }

    protected KafkaRoute Route { get; }

    protected TransportServices Services { get; }

    protected StreamScope Scope { get; }

    protected IStreamSink Sink { get; private set; } = null!;

    /// <summary>Gets or sets why the stream ends, where it is not for the client, the route or the gateway.</summary>
    protected StreamEnd? End { get; set; }

    /// <summary>Gets or sets a value indicating whether the client has moved since it was told where it stands.</summary>
    protected bool HasMoved { get; set; }

    /// <summary>Gets where the client stands; null while Kafka has not told, or where it is not the client's to know.</summary>
    protected virtual string? Cursor => null;

    /// <summary>Ends the stream for the client, who has said that it goes, or does what it may not.</summary>
    public void EndByClient() => Scope.EndByClient();

    /// <summary>Streams until the client goes, the gateway stops or the route changes.</summary>
    public async Task RunAsync(IStreamSink sink)
    {
        Sink = sink;
        ConnectionRules.LimitSilence(_context, Services.Options.WriteTimeout);
        Services.Sweeper.Add(this);
        try
        {
            _clock.BeginWrite();
            await sink.StartAsync(TakeFirstCursor());
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
            await (End == StreamEnd.Done ? sink.FinishAsync(Cursor!) : sink.EndAsync(End ?? Scope.Reason));
        }
        catch (KafkaProblemException failure)
        {
            _clock.BeginWrite();
            await sink.FailAsync(failure.Problem);
        }
        catch (Exception) when (Scope.Ended.IsCancellationRequested)
        {
            // Whatever a write or a wait threw, it was cut short by the end.
            _clock.BeginWrite();
            await sink.EndAsync(Scope.Reason);
        }
        finally
        {
            Services.Sweeper.Remove(this);
        }
    }

    public virtual void Dispose() => Scope.Dispose();

    void ISweepTarget.Sweep(long now)
    {
        Scope.Sweep();
        if (_clock.IsWritingFor(Scope.Ended.IsCancellationRequested ? Patience : Services.Options.WriteTimeout, now))
        {
            Cut();
        }
        else if (!Sink.IsAlive(now))
        {
            _context.Abort();
        }
        else if (_parking.IsParked && WantsWake(now))
        {
            _parking.Wake(TailWake.Heartbeat);
        }
    }

    /// <summary>Gets the first position, where there is one.</summary>
    protected virtual string? TakeFirstCursor() => null;

    /// <summary>Sends what there is to send, until there is nothing more to come.</summary>
    protected abstract Task PumpAsync();

    /// <summary>Says whether the stream, which waits, is to go on without anything having come for it. Called about once a second.</summary>
    protected virtual bool WantsWake(long now) => IsHeartbeatDue(now);

    /// <summary>Takes note that something is being written, which must not take too long, until <see cref="EndWrite"/>.</summary>
    protected void BeginWrite() => _clock.BeginWrite();

    protected void EndWrite() => _clock.EndWrite();

    protected async ValueTask HeartbeatAsync()
    {
        if (IsHeartbeatDue(Services.Time.GetTimestamp()) && !Scope.Ended.IsCancellationRequested)
        {
            _clock.BeginWrite();
            await Sink.HeartbeatAsync(() => Cursor, HasMoved);
            _clock.EndWrite();
            HasMoved = false;
        }
    }

    private bool IsHeartbeatDue(long now) => _clock.IsSilentFor(Route.Options.HeartbeatInterval, now);

    /// <summary>Cuts the client off. Kestrel's minimum data rate does not end a stream whose client has stopped reading.</summary>
    private void Cut()
    {
        if (!_isCut)
        {
            _isCut = true;
            Services.Metrics.SlowClient(Route.RouteId, "write-timeout");
        }

        _context.Abort();
    }
}
