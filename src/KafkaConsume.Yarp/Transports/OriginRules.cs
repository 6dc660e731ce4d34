using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// Keeps foreign pages from opening WebSockets with a user's cookies: browsers send these along and CORS does not cover WebSockets.
/// Without cookies there is nothing to misuse. The scheme is not compared: a gateway behind a TLS terminator does not see it.
/// </summary>
internal static class OriginRules
{
    public static bool IsAllowed(HttpRequest request)
    {
        if (request.Headers.Cookie.Count == 0 || request.Headers.Origin.Count == 0)
        {
            return true;
        }

        return request.Headers.Origin is [{ } origin]
            && Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && request.Host.HasValue
            && Own(request, uri.Scheme) is { } own
            && string.Equals(uri.Authority, own.Authority, StringComparison.OrdinalIgnoreCase);
    }

    private static Uri? Own(HttpRequest request, string scheme)
    {
        try
        {
            return Uri.TryCreate($"{scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var own) ? own : null;
        }
        catch (ArgumentException)
        {
            // Not every server checks the host, and a name that is none has no pages of its own.
            return null;
        }
    }
}
