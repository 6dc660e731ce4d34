using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Formatting;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Answers a <c>GET</c> with server-sent events.</summary>
internal sealed class SseTransport(TransportServices services, RouteLifetime lifetime)
{
    private readonly KafkaRoute _route = lifetime.Route;

    public async Task HandleAsync(HttpContext context, KafkaConnection connection)
    {
        if (!AcceptHeader.Allows(context.Request, "text/event-stream"))
        {
            await MethodRules.RefuseFormatAsync(context, _route, "text/event-stream");
            return;
        }

        var sink = new SseSink(context, _route.Options.ReturnErrorMessage, services.Time);
        if (_route.GroupId is not null)
        {
            using var group = new GroupStream(context, lifetime, connection, services, FramingKind.ServerSentEvents);
            await group.PrepareAsync();
            if (_route.TakesAcks)
            {
                services.Owner.Sign(context);
            }

            await group.RunAsync(sink);
            return;
        }

        using var stream = new BroadcastStream(context, lifetime, connection, services, FramingKind.ServerSentEvents);
        await stream.PrepareAsync();
        if (stream.IsDone)
        {
            // The one answer that keeps an EventSource from coming back.
            ResponseRules.Empty(context);
            return;
        }

        await stream.RunAsync(sink);
    }
}
