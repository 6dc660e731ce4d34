using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Requests of a kind that a route does not answer.</summary>
internal static class MethodRules
{
    public static Task RefuseMethodAsync(HttpContext context, KafkaRoute route)
    {
        context.Response.Headers.Allow = route.TakesAcks ? "GET, POST" : "GET";
        var title = route.TakesAcks ? "This route answers GET and POST alone." : "This route answers GET alone.";
        var problem = new KafkaProblem(StatusCodes.Status405MethodNotAllowed, "method-not-allowed", title);
        return ProblemResponse.WriteAsync(context, route, problem);
    }

    public static Task RefuseFormatAsync(HttpContext context, KafkaRoute route, string mediaTypes)
    {
        var problem = new KafkaProblem(StatusCodes.Status406NotAcceptable, "not-acceptable", "The route has no such format.")
        {
            Detail = $"It answers {mediaTypes}.",
        };
        return ProblemResponse.WriteAsync(context, route, problem);
    }

    public static Task RequireUpgradeAsync(HttpContext context, KafkaRoute route)
    {
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        var problem = new KafkaProblem(StatusCodes.Status426UpgradeRequired, "upgrade-required", "This route speaks WebSocket.");
        return ProblemResponse.WriteAsync(context, route, problem);
    }
}
