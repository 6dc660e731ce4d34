using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Broadcast has no frames for clients to send. One that sends them all the same is told so.</summary>
internal sealed class NoFrames(KafkaRoute route) : IClientFrames
{
    private static readonly KafkaProblem Problem = new(
        StatusCodes.Status400BadRequest, "invalid-frame", "This route takes no frames from its clients.");

    public ValueTask<JsonObject?> TakeAsync(ReadOnlyMemory<byte> frame, Func<JsonObject, Task> reply) =>
        ValueTask.FromResult<JsonObject?>(WebSocketErrors.Frame(Problem, route.Options.ReturnErrorMessage));
}
