using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace KafkaConsume.Yarp.Transports;

/// <summary>What a client takes for an answer (RFC 9110, section 12.5.1).</summary>
internal static class AcceptHeader
{
    /// <summary>Says whether a client takes a media type. One that says nothing takes everything.</summary>
    public static bool Allows(HttpRequest request, string mediaType) => Quality(request, mediaType) > 0;

    /// <summary>Says whether a client names a media type, and not just a range that it falls into.</summary>
    public static bool Names(HttpRequest request, string mediaType)
    {
        if (TakesAnything(request))
        {
            return false;
        }

        foreach (var accepted in Parse(request))
        {
            if (accepted.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase) && accepted.Quality is not 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gets how much a client wants a media type, by the most specific range that it falls into.</summary>
    public static double Quality(HttpRequest request, string mediaType)
    {
        if (TakesAnything(request) || Parse(request) is not { Count: > 0 } accepted)
        {
            return 1;
        }

        var type = new MediaTypeHeaderValue(mediaType);
        return accepted
            .Where(type.IsSubsetOf)
            .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
            .Select(range => range.Quality ?? 1)
            .FirstOrDefault();
    }

    // What most programs say, if they say anything.
    private static bool TakesAnything(HttpRequest request) => request.Headers.Accept is { Count: 0 } or { Count: 1 } and ["*/*"];

    private static IList<MediaTypeHeaderValue> Parse(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) ? accepted : [];
}
