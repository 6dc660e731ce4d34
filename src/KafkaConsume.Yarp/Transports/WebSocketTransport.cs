using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// Answers an upgrade with a WebSocket. The framework's own middleware is run around it, so that gateways need not call
/// <c>UseWebSockets()</c>, which YARP does not need either.
/// </summary>
internal sealed class WebSocketTransport(TransportServices services, RouteLifetime lifetime)
{
    private readonly KafkaRoute _route = lifetime.Route;
    private static readonly IOptions<WebSocketOptions> Options = Microsoft.Extensions.Options.Options.Create(new WebSocketOptions
    {
        KeepAliveInterval = TimeSpan.FromSeconds(15),
        KeepAliveTimeout = TimeSpan.FromSeconds(10),
    });

    public async Task HandleAsync(HttpContext context, KafkaConnection connection)
    {
        var feature = FrameStreamFeature.Install(context);
        var middleware = new WebSocketMiddleware(
            upgraded => AcceptAsync(upgraded, connection, feature), Options, services.Loggers);
        await middleware.Invoke(context);
    }

    private async Task AcceptAsync(HttpContext context, KafkaConnection connection, FrameStreamFeature feature)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await MethodRules.RequireUpgradeAsync(context, _route);
            return;
        }

        if (!OriginRules.IsAllowed(context.Request))
        {
            await ProblemResponse.WriteAsync(context, _route, new KafkaProblem(
                StatusCodes.Status403Forbidden, "origin-denied", "A page of another origin may not open this with the user's cookies."));
            return;
        }

        using var scope = new StreamScope(context, services, lifetime);
        using var stream = new BroadcastStream(context, _route, connection, services, FramingKind.WebSocket, scope);
        await stream.PrepareAsync();
        ResponseRules.PrepareStream(context);
        ResponseRules.NeverStore(context);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var receiver = new WebSocketReceiver(socket, _route, scope.EndByClient);
        try
        {
            await stream.RunAsync(new WebSocketSink(_route, socket, feature.Stream!, receiver, context.TraceIdentifier, services.Time));
        }
        finally
        {
            // The receiver may end the scope until it has seen the end itself.
            socket.Abort();
            await receiver.Completion;
        }
    }
}
