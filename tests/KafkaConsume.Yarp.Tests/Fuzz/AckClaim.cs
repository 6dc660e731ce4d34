using System.Text.Json;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>
/// What an input says about records, read a second time and in another way than by the code under test: as the wire protocol puts it, without
/// any thought of speed.
/// </summary>
/// <param name="Kind">What is said.</param>
/// <param name="Batch">The batch; null where records are named.</param>
/// <param name="Records">The records.</param>
/// <param name="IsThrough">Whether those before them are meant too.</param>
internal sealed record AckClaim(string Kind, string? Batch, IReadOnlyList<(string Topic, long Partition, long Offset)> Records, bool IsThrough = false)
{
    /// <summary>Gets a value indicating whether something in it has a name that is no text, so that it is as good as no JSON.</summary>
    public bool MayBeRefused { get; private init; }

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Reads an input; null if it is no message.</summary>
    public static AckClaim? Read(byte[] input)
    {
        try
        {
            using var document = JsonDocument.Parse(input, Options);
            var claim = document.RootElement.ValueKind == JsonValueKind.Object ? Read(Members(document.RootElement)) : null;
            return claim is null ? null : claim with { MayBeRefused = HasOddName(document.RootElement) };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static AckClaim? Read(Dictionary<string, JsonElement> message)
    {
        if (!message.TryGetValue("type", out var type))
        {
            return Text(message, "batch") is { } only ? new AckClaim("ack", only, []) : null;
        }

        var kind = type.ValueKind == JsonValueKind.String ? type.GetString() : null;
        switch (kind)
        {
            case "permit":
                return Number(message, "count") >= 1 ? new AckClaim(kind, null, []) : null;
            case "commit":
                return List(message, "offsets", "nextOffset") is { } offsets
                    ? new AckClaim(kind, null, [.. offsets.Select(next => (next.Topic, next.Partition, next.Offset - 1))], IsThrough: true)
                    : null;
            case "ack" when message.ContainsKey("through"):
                return Record(message, "through") is { } last ? new AckClaim(kind, null, [last], IsThrough: true) : null;
            case "nack" when message.TryGetValue("delay", out var delay)
                && !(delay.ValueKind == JsonValueKind.Number && delay.TryGetDouble(out var seconds) && seconds is >= 0 and <= 3600):
                return null;
            case "ack" or "nack" or "extend" when message.ContainsKey("batch") != message.ContainsKey("records"):
                _ = kind == "nack" ? Text(message, "reason") : null;
                return Text(message, "batch") is { } batch ? new AckClaim(kind, batch, [])
                    : List(message, "records", "offset") is { } records ? new AckClaim(kind, null, records)
                    : null;
            default:
                return null;
        }
    }

    private static List<(string Topic, long Partition, long Offset)>? List(Dictionary<string, JsonElement> message, string name, string offsetName)
    {
        if (!message.TryGetValue(name, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var all = list.EnumerateArray().Select(element => element.ValueKind == JsonValueKind.Object ? Record(Members(element), offsetName) : null).ToList();
        return all.Count > 0 && !all.Contains(null) ? [.. all.Select(record => record!.Value)] : null;
    }

    private static (string Topic, long Partition, long Offset)? Record(Dictionary<string, JsonElement> members, string offsetName) =>
        Text(members, "topic") is { } topic && Number(members, "partition") is >= 0 and <= int.MaxValue and var partition
        && Number(members, offsetName) is >= 0 and var offset
            ? (topic, partition, offset)
            : null;

    private static Dictionary<string, JsonElement> Members(JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            try
            {
                members[member.Name] = member.Value;
            }
            catch (InvalidOperationException)
            {
                // A name that is no text is a name that nobody knows.
            }
        }

        return members;
    }

    private static bool HasOddName(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Members(element).Count < element.EnumerateObject().Count() || element.EnumerateObject().Any(member => HasOddName(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HasOddName),
        _ => false,
    };

    private static string? Text(Dictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(Dictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
