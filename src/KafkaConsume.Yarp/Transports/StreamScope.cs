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
    private readonly CancellationTokenSource _ended;
    private volatile bool _isEndedByClient;

    public StreamScope(HttpContext context, TransportServices services, RouteLifetime route)
    {
        _context = context;
        _services = services;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, services.Application.ApplicationStopping, route.Ended);
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
            _ended.Cancel();
        }
    }

    public void Dispose() => _ended.Dispose();
}
