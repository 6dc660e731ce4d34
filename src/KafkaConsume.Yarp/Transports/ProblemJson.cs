using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Problems as RFC 9457's JSON, where no response is left to carry a status: in events and frames.</summary>
internal static class ProblemJson
{
    public const string TypePrefix = "urn:kafka-consume:problems/";

    public static JsonObject Create(KafkaProblem problem, bool returnErrorMessage)
    {
        var json = new JsonObject
        {
            ["type"] = TypePrefix + problem.Type,
            ["title"] = problem.Title,
            ["status"] = problem.Status,
        };
        if (Detail(problem, returnErrorMessage) is { } detail)
        {
            json["detail"] = detail;
        }

        return json;
    }

    public static string? Detail(KafkaProblem problem, bool returnErrorMessage) =>
        problem.Detail ?? (returnErrorMessage ? problem.Diagnostic : null);
}
