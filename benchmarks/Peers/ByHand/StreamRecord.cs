using System.Text.Json.Serialization;

namespace Peers.ByHand;

/// <summary>A record as clients get it; the value is JSON already.</summary>
internal sealed record StreamRecord(
    string Topic, int Partition, long Offset, DateTime Timestamp, string? Key, [property: JsonConverter(typeof(RawJsonConverter))] string Value);
