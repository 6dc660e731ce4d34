using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Transports;

/// <summary>What the frames of one WebSocket client mean.</summary>
internal interface IClientFrames
{
    /// <summary>Does what a frame says.</summary>
    /// <param name="frame">Its text; none where the route takes no frames.</param>
    /// <param name="reply">Sends a frame back. It may be called later, from any thread, and does not throw.</param>
    /// <returns>What is to be said of the frame if it is not one that clients may send, else null.</returns>
    ValueTask<JsonObject?> TakeAsync(ReadOnlyMemory<byte> frame, Func<JsonObject, Task> reply);
}
