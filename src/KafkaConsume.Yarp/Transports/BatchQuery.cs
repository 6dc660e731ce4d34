using System.Globalization;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>How much a <c>GET</c> asks for and how long it waits, within what the route allows.</summary>
/// <param name="MaxRecords">How many records at most.</param>
/// <param name="MaxBytes">About how many bytes at most.</param>
/// <param name="Wait">How long to wait for a first record.</param>
/// <param name="AppliedPreference">The value for <c>Preference-Applied</c>, where <c>Prefer: wait</c> decided.</param>
internal sealed record BatchQuery(int MaxRecords, int MaxBytes, TimeSpan Wait, string? AppliedPreference)
{
    /// <exception cref="KafkaProblemException">A parameter is wrong.</exception>
    public static BatchQuery Parse(HttpRequest request, KafkaRoute route)
    {
        var options = route.Options;
        var wait = ParseWait(QueryValue.Single(request, "wait"));
        var preferred = wait is null ? PreferredWait(request) : null;
        var applied = preferred is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, Math.Floor(options.MaxWait.TotalSeconds))) : (TimeSpan?)null;
        return new BatchQuery(
            ParseCount(request, "max", options.BatchMaxRecords),
            ParseCount(request, "maxBytes", options.BatchMaxBytes),
            Min(wait ?? applied ?? options.MaxWait, options.MaxWait),
            applied is { } used ? string.Create(CultureInfo.InvariantCulture, $"wait={used.TotalSeconds}") : null);
    }

    private static int ParseCount(HttpRequest request, string name, int most)
    {
        if (QueryValue.Single(request, name) is not { } text)
        {
            return most;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? (int)Math.Min(count, most)
            : throw Invalid($"'{name}' is a whole number of at least 1.");
    }

    private static TimeSpan? ParseWait(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds((double)Math.Min(seconds, 86_400))
            : throw Invalid("'wait' is a number of seconds, such as 5 or 0.5.");
    }

    /// <summary>Reads RFC 7240's preference; one that cannot be understood is ignored, as the RFC wants.</summary>
    private static int? PreferredWait(HttpRequest request)
    {
        foreach (var preference in request.Headers.GetCommaSeparatedValues("Prefer"))
        {
            var parts = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is [var name, var value]
                && name.Equals("wait", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(value.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return seconds;
            }
        }

        return null;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static KafkaProblemException Invalid(string detail) => new(KafkaProblem.InvalidQuery(detail));
}
