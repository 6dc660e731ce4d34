using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Transports;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>What an input may be answered with.</summary>
internal static class Problems
{
    /// <summary>Gets the word that a frame comes down to, which has to be one of some.</summary>
    public static string TypeOf(JsonObject frame, params string[] allowed)
    {
        var type = (string?)frame["type"] == "error" ? ((string?)frame["problem"])![ProblemJson.TypePrefix.Length..] : (string?)frame["type"];
        FuzzFailureException.ThrowUnless(allowed.Contains(type), $"The answer is {frame.ToJsonString()}");
        FuzzFailureException.ThrowUnless(JsonFrame.Utf8(frame).Length > 0, "The answer is empty.");
        return type!;
    }

    /// <summary>Gets the type of a problem, which has to be one of some and the client's fault.</summary>
    public static string TypeOf(KafkaProblem problem, params string[] allowed)
    {
        FuzzFailureException.ThrowUnless(allowed.Contains(problem.Type) && problem.Status is >= 400 and < 500, $"The answer is {problem}");
        return problem.Type;
    }
}
