using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Answers the requests of one route. Whatever happens, the request is answered when it is done, and nothing is thrown.</summary>
internal sealed partial class KafkaRouteEndpoint(TransportServices services, RouteLifetime lifetime)
{
    private readonly ILogger _logger = services.Loggers.CreateLogger<KafkaRouteEndpoint>();
    private readonly KafkaRoute _route = lifetime.Route;
    private readonly SseTransport _sse = new(services, lifetime);
    private readonly WebSocketTransport _webSocket = new(services, lifetime);
    private readonly CursorGetTransport _cursorGet = new(services, lifetime);
    private readonly GroupGetTransport _groupGet = new(services, lifetime);
    private readonly AckPostTransport _acks = new(services, lifetime);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (KafkaProblemException failure)
        {
            Log.Refused(_logger, _route.RouteId, failure.Problem.Type, failure.Problem.Diagnostic);
            await TryAnswerAsync(context, failure.Problem);
        }
        catch (Exception) when (context.Features.Get<IHttpRequestTimeoutFeature>() is { RequestTimeoutToken.IsCancellationRequested: true })
        {
            // It looks as if the client had gone, but it waits for an answer, which nobody is to cut short.
            context.RequestAborted = CancellationToken.None;
            await TryAnswerAsync(context, new KafkaProblem(StatusCodes.Status504GatewayTimeout, "timeout", "The route's time is up."));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be told.
        }
        catch (OperationCanceledException)
        {
            await TryAnswerAsync(context, KafkaProblem.Unavailable());
        }
        catch (Exception failure)
        {
            Log.Failed(_logger, _route.RouteId, failure);
            await TryAnswerAsync(context, new KafkaProblem(StatusCodes.Status500InternalServerError, "internal", "The gateway failed."));
        }

        if (!context.Response.HasStarted && context.Response.StatusCode == StatusCodes.Status200OK)
        {
            // YARP would take this for "not answered" and forward it.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        var isUpgrade = IsUpgrade(context);
        var isAck = _route.TakesAcks && HttpMethods.IsPost(context.Request.Method);
        if (!HttpMethods.IsGet(context.Request.Method) && !isUpgrade && !isAck)
        {
            return MethodRules.RefuseMethodAsync(context, _route);
        }

        var errors = new List<string>();
        if (services.Connections.Resolve(_route, errors) is not { } connection)
        {
            Log.NoConnection(_logger, _route.RouteId, string.Join(' ', errors));
            throw new KafkaProblemException(KafkaProblem.Unavailable());
        }

        return Choose(context, isUpgrade) switch
        {
            _ when isAck => _acks.HandleAsync(context, connection),
            KafkaConsumeMode.ServerSentEvents => _sse.HandleAsync(context, connection),
            KafkaConsumeMode.WebSocket => _webSocket.HandleAsync(context, connection),
            _ when _route.GroupId is not null => _groupGet.HandleAsync(context, connection),
            _ => _cursorGet.HandleAsync(context, connection),
        };
    }

    private KafkaConsumeMode Choose(HttpContext context, bool isUpgrade) => _route.Options.Mode switch
    {
        not KafkaConsumeMode.Auto => _route.Options.Mode,
        _ when isUpgrade => KafkaConsumeMode.WebSocket,
        _ when AcceptHeader.Names(context.Request, "text/event-stream") => KafkaConsumeMode.ServerSentEvents,
        _ => KafkaConsumeMode.HttpGet,
    };

    private static bool IsUpgrade(HttpContext context) =>
        (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && context.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase))
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    private async Task TryAnswerAsync(HttpContext context, KafkaProblem problem)
    {
        try
        {
            if (context.Response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                context.Abort();
            }
            else
            {
                await ProblemResponse.WriteAsync(context, _route, problem);
            }
        }
        catch (Exception failure)
        {
            Log.Failed(_logger, _route.RouteId, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Route {RouteId}: refused with {Problem}: {Reason}", EventName = nameof(Refused))]
        public static partial void Refused(ILogger logger, string routeId, string problem, string? reason);

        [LoggerMessage(2, LogLevel.Error, "Route {RouteId}: a request failed", EventName = nameof(Failed))]
        public static partial void Failed(ILogger logger, string routeId, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "Route {RouteId}: {Errors}", EventName = nameof(NoConnection))]
        public static partial void NoConnection(ILogger logger, string routeId, string errors);
    }
}
