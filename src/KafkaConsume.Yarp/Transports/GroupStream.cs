using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tailing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// The life of one client of a group: take what there is, send it, wait for more. What it has when it ends goes to others. While Kafka
/// cannot be reached the stream stays open and beats.
/// </summary>
internal sealed class GroupStream : ClientStream
{
    private readonly HttpContext _context;
    private readonly GroupLease _lease;
    private readonly TailParking _parking;
    private readonly IFraming _framing;
    private readonly ArrivalLine? _arrivals;

    public GroupStream(
        HttpContext context, RouteLifetime lifetime, KafkaConnection connection, TransportServices services, FramingKind kind)
        : this(
            context,
            lifetime,
            services,
            kind,
            services.Groups.Acquire(lifetime.Route, connection, services.UserGroups.Of(lifetime.Route, context)),
            new TailParking())
    {
    }

    private GroupStream(
        HttpContext context, RouteLifetime lifetime, TransportServices services, FramingKind kind, GroupLease lease, TailParking parking)
        : base(context, lifetime, services, parking)
    {
        var options = lifetime.Route.Options;
        (_context, _lease, _parking) = (context, lease, parking);
        _framing = new FramingSpec(kind, options.MessageDeserializer, options.Format).Create();
        var needsPermits = options.Flow == KafkaStreamFlow.Permit && kind == FramingKind.WebSocket;
        Session = lease.Consumer.CreateSession(CallerIdentity.Of(context), needsPermits, Wake);
        _arrivals = options.CommitStrategy == KafkaCommitStrategy.Auto ? new ArrivalLine(Session, services.Time) : null;
    }

    /// <summary>Gets the client's part in the group.</summary>
    public GroupSession Session { get; }

    private bool IsLeasing => Route.Options.CommitStrategy == KafkaCommitStrategy.ClientAcks;

    /// <summary>Finds out whether records may come, as long as that takes no longer than a request may.</summary>
    /// <exception cref="KafkaProblemException">The request cannot be answered: nothing has been sent yet.</exception>
    public async Task PrepareAsync()
    {
        try
        {
            Check(await _lease.Consumer.FindProblemAsync(Scope.Ended).WaitAsync(Services.Options.KafkaTimeout, Services.Time, Scope.Ended));
        }
        catch (TimeoutException)
        {
            // Streams open and wait on.
        }
    }

    /// <summary>Lets the stream look at what has changed.</summary>
    public void Wake() => _parking.Wake(TailWake.Data);

    public override void Dispose()
    {
        Session.Dispose();
        base.Dispose();
        _lease.Dispose();
        _framing.Dispose();
    }

    protected override bool WantsWake(long now) => base.WantsWake(now) || _arrivals is { IsEmpty: false };

    protected override async Task PumpAsync()
    {
        Session.Enter();
        try
        {
            while (!Scope.Ended.IsCancellationRequested)
            {
                await SettleArrivedAsync();
                if (Session.Take() is { Length: > 0 } records)
                {
                    await SendAsync(records);
                    continue;
                }

                Check(Session.Problem);
                await WaitAsync();
                await HeartbeatAsync();
            }

            await AwaitLastAcksAsync();
        }
        finally
        {
            if (Scope.Reason == StreamEnd.ClientGone)
            {
                Session.Cut();
            }

            Session.Dispose();
        }
    }

    private static void Check(KafkaProblem? problem)
    {
        if (problem is { IsUnavailable: false })
        {
            throw new KafkaProblemException(problem);
        }
    }

    private async ValueTask WaitAsync()
    {
        var waiting = _parking.Park();
        if (Session.HasNews)
        {
            Wake();
        }

        await waiting;
    }

    private async ValueTask SendAsync(HandedRecord[] records)
    {
        using var frames = new PooledBuffer();
        foreach (var record in records)
        {
            Frame(frames, record);
        }

        if (_context.RequestAborted.IsCancellationRequested)
        {
            Session.TakeBack(records);
            return;
        }

        BeginWrite();
        await Sink.WriteAsync(frames.WrittenMemory);
        EndWrite();
        Session.Sent(records);
        _arrivals?.Add(records);
    }

    private void Frame(PooledBuffer frames, HandedRecord record) =>
        _framing.WriteRecord(frames, record.Record.View(IsLeasing ? record.Attempt : 0), default);

    /// <summary>Settles what the client has got, and asks for a sign of the rest.</summary>
    private async ValueTask SettleArrivedAsync()
    {
        var now = Services.Time.GetTimestamp();
        if (_arrivals?.Settle(Sink.LastArrived(now), now, Sink.ProbePause) is { } probe)
        {
            BeginWrite();
            await Sink.ProbeAsync(probe);
            EndWrite();
        }
    }

    /// <summary>Gives the client time to say what became of the last records, when the stream ends that is not its own to end.</summary>
    private async Task AwaitLastAcksAsync()
    {
        Session.Pause();
        if (!IsLeasing || Scope.Reason == StreamEnd.ClientGone)
        {
            return;
        }

        try
        {
            await Session.WhenEmptyAsync().WaitAsync(Services.Options.ShutdownTimeout, Services.Time, _context.RequestAborted);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            // What the client still has goes to others.
        }
    }
}
