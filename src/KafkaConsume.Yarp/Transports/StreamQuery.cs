using System.Globalization;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tailing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// Reads where a broadcast client wants to begin: <c>Last-Event-ID</c>, then <c>?cursor=</c>, then <c>?from=</c>; what it wants of the
/// topics, <c>?partitions=</c>; and how far it wants to read, <c>?until=</c>.
/// </summary>
internal static class StreamQuery
{
    private const string TimeExample = "an RFC 3339 time such as 2026-01-31T08:00:00Z";

    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <exception cref="KafkaProblemException">A parameter is wrong.</exception>
    public static StartRequest Parse(HttpRequest request, KafkaRoute route, DateTimeOffset now) => ParseStart(request, route) with
    {
        Partitions = ParsePartitions(QueryValue.Single(request, "partitions"), route),
        Until = ParseUntil(QueryValue.Single(request, "until"), now),
    };

    private static StartRequest ParseStart(HttpRequest request, KafkaRoute route)
    {
        var cursor = QueryValue.Single(request, "cursor");
        var from = QueryValue.Single(request, "from");
        if (cursor is not null && from is not null)
        {
            throw Invalid("Give 'cursor' or 'from', not both.");
        }

        // An EventSource that connects again asks for its first address, and says in the header how far it has come since.
        if (request.Headers["Last-Event-ID"] is { Count: > 0 } ids && !string.IsNullOrEmpty(ids[^1]))
        {
            return new StartRequest { Cursor = ids[^1] };
        }

        if (cursor is not null)
        {
            return new StartRequest { Cursor = cursor };
        }

        return from is null
            ? new StartRequest { Earliest = route.Options.AutoOffsetReset == KafkaAutoOffsetReset.Earliest }
            : ParseFrom(from, route);
    }

    private static StartRequest ParseFrom(string from, KafkaRoute route)
    {
        if (!route.AllowSeek)
        {
            throw Invalid("This route does not let clients choose where to begin: leave out 'from'.");
        }

        if (from is "earliest" or "latest")
        {
            return new StartRequest { Earliest = from == "earliest" };
        }

        if (from.StartsWith('-') && long.TryParse(from.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var back))
        {
            return new StartRequest { Back = back };
        }

        return TryParseTime(from, out var time)
            ? new StartRequest { TimestampMs = Math.Max(0, time.ToUnixTimeMilliseconds()) }
            : throw Invalid($"'from' is 'earliest', 'latest', {TimeExample}, or -n for n records back.");
    }

    private static PartitionChoice[]? ParsePartitions(string? text, KafkaRoute route) => text?.Split(',').Select(item =>
    {
        var separator = item.LastIndexOf(':');
        var topic = separator < 0 ? null : item[..separator];
        var isKnown = topic is null ? route.Topics.Count == 1 : route.Topics.Contains(topic, StringComparer.Ordinal);
        return isKnown && int.TryParse(item.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            ? new PartitionChoice(topic, partition)
            : throw Invalid(route.Topics.Count == 1
                ? "'partitions' is a list of partition numbers such as 0,2."
                : "'partitions' is a list of topics of this route and partition numbers, such as orders:0,payments:2.");
    }).ToArray();

    private static EndRequest? ParseUntil(string? until, DateTimeOffset now)
    {
        if (until is null or "now")
        {
            return until is null ? null : new EndRequest();
        }

        if (!TryParseTime(until, out var time))
        {
            // Whether it is a cursor of this route shows when the partitions are known.
            return new EndRequest { Cursor = until };
        }

        return time <= now
            ? new EndRequest { TimestampMs = Math.Max(0, time.ToUnixTimeMilliseconds()) }
            : throw Invalid($"'until' is a cursor, 'now', or {TimeExample} that has passed: which records the future will bring is not known yet.");
    }

    // A plus sign in a query is a space, and few remember to escape it.
    private static bool TryParseTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text.Replace(' ', '+'), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static KafkaProblemException Invalid(string detail) => new(KafkaProblem.InvalidQuery(detail));
}
