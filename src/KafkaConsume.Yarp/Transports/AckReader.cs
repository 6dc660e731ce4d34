using System.Text.Json;
using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Reads what clients say about records. Whatever they send, nothing is thrown and no more memory is used than it takes up itself.</summary>
internal static class AckReader
{
    /// <summary>The longest text that is kept of a reason.</summary>
    public const int MaxReason = 1024;

    private const int MaxDelaySeconds = 3600;
    private const string Shapes = "'type' is 'ack', 'nack', 'extend', 'commit' or 'permit'.";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Reads a message.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="fault">What is wrong with it, for its sender.</param>
    /// <returns>The message, or null if it is none.</returns>
    public static AckMessage? Read(ReadOnlyMemory<byte> json, out string? fault)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Read(document.RootElement, out fault);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The second is what comes of text that is not UTF-8.
            fault = "This is not JSON.";
            return null;
        }
    }

    private static AckMessage? Read(JsonElement root, out string? fault)
    {
        fault = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            fault = "A message is a JSON object.";
            return null;
        }

        var message = Text(root, "type") switch
        {
            null when !root.TryGetProperty("type", out _) && Text(root, "batch") is { } batch => new AckMessage(AckKind.Ack) { Batch = batch },
            "ack" when root.TryGetProperty("through", out _) => Through(root, ref fault),
            "ack" => About(root, new AckMessage(AckKind.Ack), ref fault),
            "nack" => Nack(root, ref fault),
            "extend" => About(root, new AckMessage(AckKind.Extend), ref fault),
            "commit" => Records(root, "offsets", "nextOffset", ref fault) is { } offsets
                ? new AckMessage(AckKind.Commit) { Records = [.. offsets.Select(id => id with { Offset = id.Offset - 1 })], IsCumulative = true }
                : null,
            "permit" => Permit(root, ref fault),
            _ => null,
        };
        fault = message is null ? fault ?? Shapes : null;
        return message;
    }

    /// <summary>Adds the batch or the records that a message is about.</summary>
    private static AckMessage? About(JsonElement root, AckMessage message, ref string? fault)
    {
        var named = root.TryGetProperty("records", out _);
        if (root.TryGetProperty("batch", out _) == named)
        {
            fault = "A message has 'records' or 'batch'.";
            return null;
        }

        if (named)
        {
            return Records(root, "records", "offset", ref fault) is { } records ? message with { Records = records } : null;
        }

        fault = "'batch' is a string.";
        return Text(root, "batch") is { } batch ? message with { Batch = batch } : null;
    }

    private static AckMessage? Through(JsonElement root, ref string? fault) =>
        Id(root, "through", ref fault) is { } id ? new AckMessage(AckKind.Ack) { Records = [id], IsCumulative = true } : null;

    private static AckMessage? Permit(JsonElement root, ref string? fault)
    {
        fault = "'count' is a whole number of at least 1.";
        return Number(root, "count") is >= 1 and var count ? new AckMessage(AckKind.Permit) { Count = (int)Math.Min(count, int.MaxValue) } : null;
    }

    private static AckMessage? Nack(JsonElement root, ref string? fault)
    {
        var delay = 0.0;
        var hasDelay = root.TryGetProperty("delay", out var given);
        if (hasDelay && (given.ValueKind != JsonValueKind.Number || !given.TryGetDouble(out delay) || delay is not (>= 0 and <= MaxDelaySeconds)))
        {
            fault = "'delay' is a number of seconds, from 0 to 3600.";
            return null;
        }

        var reason = Text(root, "reason");
        return About(
            root,
            new AckMessage(AckKind.Nack)
            {
                Delay = hasDelay ? TimeSpan.FromSeconds(delay) : null,
                Reason = reason?.Length > MaxReason ? reason[..MaxReason] : reason,
            },
            ref fault);
    }

    private static List<RecordId>? Records(JsonElement root, string name, string offsetName, ref string? fault)
    {
        if (!root.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            fault = $"'{name}' is a list of at least one object with 'topic', 'partition' and '{offsetName}'.";
            return null;
        }

        var records = new List<RecordId>(list.GetArrayLength());
        foreach (var element in list.EnumerateArray())
        {
            if (Id(element, offsetName, ref fault) is not { } id)
            {
                return null;
            }

            records.Add(id);
        }

        return records;
    }

    private static RecordId? Id(JsonElement element, string offsetName, ref string? fault)
    {
        if (element.ValueKind == JsonValueKind.Object
            && Text(element, "topic") is { } topic
            && Number(element, "partition") is >= 0 and <= int.MaxValue and var partition
            && Number(element, offsetName) is >= 0 and var offset)
        {
            return new RecordId(new TopicPartition(topic, (int)partition), offset);
        }

        fault = $"A record has 'topic', a string, and 'partition' and '{offsetName}', whole numbers of at least 0.";
        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
