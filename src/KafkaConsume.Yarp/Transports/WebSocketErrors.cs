using System.Net.WebSockets;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Problems as WebSocket clients are told of them.</summary>
internal static class WebSocketErrors
{
    /// <summary>1012, "service restart" in IANA's registry of close codes.</summary>
    public const WebSocketCloseStatus ServiceRestart = (WebSocketCloseStatus)1012;

    /// <summary>One of the codes that are an application's own: the client did not keep up.</summary>
    public const WebSocketCloseStatus TooSlow = (WebSocketCloseStatus)4408;

    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;
    private const WebSocketCloseStatus Denied = (WebSocketCloseStatus)4403;

    public static JsonObject Frame(KafkaProblem problem, bool returnErrorMessage)
    {
        var frame = ProblemJson.Create(problem, returnErrorMessage);
        var typeUri = frame["type"]!.GetValue<string>();

        // A frame's type is what kind of frame it is; the problem's type goes by another name.
        frame.Remove("type");
        frame.Insert(0, "type", "error");
        frame.Insert(1, "problem", typeUri);
        return frame;
    }

    public static WebSocketCloseStatus CloseCode(KafkaProblem problem) => problem.Status switch
    {
        StatusCodes.Status403Forbidden => Denied,
        StatusCodes.Status503ServiceUnavailable => TryAgainLater,
        StatusCodes.Status400BadRequest or StatusCodes.Status404NotFound => WebSocketCloseStatus.PolicyViolation,
        _ => WebSocketCloseStatus.InternalServerError,
    };
}
