using KafkaConsume.Yarp.Tailing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// The life of one request: it ends when the client goes, the gateway stops or the route changes. YARP's own token is not used:
/// it ends after the cluster's activity timeout, whatever the client does.
/// </summary>
internal sealed class StreamScope : IDisposable
{
    private readonly HttpContext _context;
    private readonly TransportServices _services;
    private readonly RouteLifetime _route;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenRegistration _aborted;
    private volatile TailParking? _parking;
    private volatile bool _isEndedByClient;

    /// <summary>Begins the life of a request that is answered and done.</summary>
    public StreamScope(HttpContext context, TransportServices services, RouteLifetime route)
    {
        (_context, _services, _route) = (context, services, route);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, services.Application.ApplicationStopping, route.Ended);
    }

    /// <summary>
    /// Begins the life of a stream, of which there are many: it has to be swept, to hear that the gateway stops or the route has changed. A
    /// registration each would cost more memory than the stream itself.
    /// </summary>
    public StreamScope(HttpContext context, TransportServices services, RouteLifetime route, TailParking parking)
    {
        (_context, _services, _route, _parking) = (context, services, route, parking);
        _ended = new CancellationTokenSource();
        _aborted = context.RequestAborted.UnsafeRegister(static scope => ((StreamScope)scope!).End(), this);
        Sweep();
    }

    public CancellationToken Ended => _ended.Token;

    public StreamEnd Reason =>
        _isEndedByClient || _context.RequestAborted.IsCancellationRequested ? StreamEnd.ClientGone
        : _services.Application.ApplicationStopping.IsCancellationRequested ? StreamEnd.Shutdown
        : StreamEnd.RouteChanged;

    /// <summary>Ends the scope for the client, who has said that it goes, or does what it may not.</summary>
    public void EndByClient()
    {
        if (!_ended.IsCancellationRequested)
        {
            _isEndedByClient = true;
            End();
        }
    }

    /// <summary>Ends a stream's scope if the gateway stops or the route has changed.</summary>
    public void Sweep()
    {
        if (!_ended.IsCancellationRequested
            && (_services.Application.ApplicationStopping.IsCancellationRequested || _route.Ended.IsCancellationRequested))
        {
            End();
        }
    }

    public void Dispose()
    {
        _aborted.Dispose();
        _parking = null;
        _ended.Dispose();
    }

    private void End()
    {
        // Not here: whoever waits may go on on this thread, and this may be the sweeper's.
        _ = _ended.CancelAsync();
        _parking?.Close();
    }
}
