using System.Globalization;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tailing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Reads where a broadcast client wants to begin: <c>Last-Event-ID</c>, then <c>?cursor=</c>, then <c>?from=</c>.</summary>
internal static class StreamQuery
{
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <exception cref="KafkaProblemException">A parameter is wrong.</exception>
    public static StartRequest Parse(HttpRequest request, KafkaRoute route)
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

        // A plus sign in a query is a space, and few remember to escape it.
        return DateTimeOffset.TryParseExact(
            from.Replace(' ', '+'), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new StartRequest { TimestampMs = Math.Max(0, time.ToUnixTimeMilliseconds()) }
            : throw Invalid("'from' is 'earliest', 'latest', an RFC 3339 time such as 2026-01-31T08:00:00Z, or -n for n records back.");
    }

    private static KafkaProblemException Invalid(string detail) => new(KafkaProblem.InvalidQuery(detail));
}
