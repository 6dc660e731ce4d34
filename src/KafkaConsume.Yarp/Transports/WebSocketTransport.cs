using System.Text.Json.Nodes;
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

        if (_route.GroupId is not null)
        {
            using var group = new GroupStream(context, lifetime, connection, services, FramingKind.WebSocket);
            await group.PrepareAsync();
            await RunAsync(context, feature, group, HelloFrame.Of(_route, group.Session.Id), new AckFrames(_route, group.Session), group.Wake);
            return;
        }

        using var stream = new BroadcastStream(context, lifetime, connection, services, FramingKind.WebSocket);
        await stream.PrepareAsync();
        await RunAsync(context, feature, stream, HelloFrame.Of(_route, context.TraceIdentifier), new NoFrames(_route));
    }

    private async Task RunAsync(
        HttpContext context, FrameStreamFeature feature, ClientStream stream, JsonObject hello, IClientFrames frames, Action? arrived = null)
    {
        ResponseRules.PrepareStream(context);
        ResponseRules.NeverStore(context);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var connection = feature.Stream!;
        if (arrived is not null)
        {
            connection.WatchArrivals(arrived);
        }

        var receiver = new WebSocketReceiver(socket, frames, stream.EndByClient);
        try
        {
            await stream.RunAsync(new WebSocketSink(_route, socket, connection, receiver, hello, services.Time));
        }
        finally
        {
            // The receiver may end the stream until it has seen the end itself.
            socket.Abort();
            await receiver.Completion;
        }
    }
}
