using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>Something that a client has got as a whole.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Content">The record, the gaps or the problem.</param>
/// <param name="Cursor">The position behind it, where it has one.</param>
internal sealed record Received(ReceivedKind Kind, JsonNode? Content, string? Cursor)
{
    /// <summary>Gets what a ping carries, which its answer has to repeat.</summary>
    public byte[] Payload { get; init; } = [];
}
