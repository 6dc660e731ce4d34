using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A batch as a client has it.</summary>
/// <param name="Id">Its name; null when it has no records.</param>
/// <param name="Records">The records.</param>
internal sealed record LeasedBatch(string? Id, IReadOnlyList<JsonNode> Records)
{
    public string[] Values => [.. Records.Select(record => (string)record["value"]!)];

    public long[] Offsets => [.. Records.Select(record => (long)record["offset"]!)];

    public int[] Attempts => [.. Records.Select(record => (int)record["attempt"]!)];
}
