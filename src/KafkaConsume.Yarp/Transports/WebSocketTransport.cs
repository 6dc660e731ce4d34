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

    // The sink pings, without a timer for each connection.
    private static readonly IOptions<WebSocketOptions> Options = Microsoft.Extensions.Options.Options.Create(new WebSocketOptions
    {
        KeepAliveInterval = Timeout.InfiniteTimeSpan,
    });

    public async Task HandleAsync(HttpContext context, KafkaConnection connection)
    {
        var feature = FrameStreamFeature.Install(context, services.Time);
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

        using var stream = new BroadcastStream(context, lifetime, connection, services, FramingKind.WebSocket);
        await stream.PrepareAsync();
        ResponseRules.PrepareStream(context);
        ResponseRules.NeverStore(context);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var receiver = new WebSocketReceiver(socket, _route, stream.EndByClient);
        try
        {
            await stream.RunAsync(new WebSocketSink(_route, socket, feature.Stream!, receiver, context.TraceIdentifier, services.Time));
        }
        finally
        {
            // The receiver may end the stream until it has seen the end itself.
            socket.Abort();
            await receiver.Completion;
        }
    }
}
