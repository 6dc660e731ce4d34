using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace KafkaConsume.Yarp.Tests.Documentation;

/// <summary>Answers as text, with fixed words in place of what differs from run to run.</summary>
internal static partial class Answer
{
    private static readonly string[] HeadersOfTheServer = ["Date", "Server", "Transfer-Encoding", "Content-Length"];

    public static string Render(HttpResponseMessage response, string body)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"HTTP/{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}\n");
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            if (!HeadersOfTheServer.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}: {string.Join(", ", values)}\n");
            }
        }

        return Mask($"{text}\n{body}");
    }

    /// <summary>Numbers cursors in the order in which they come, and gives sessions and retries a value of their own.</summary>
    public static string Mask(string text)
    {
        var cursors = new List<string>();
        text = Cursor().Replace(text, match =>
        {
            if (!cursors.Contains(match.Value, StringComparer.Ordinal))
            {
                cursors.Add(match.Value);
            }

            return $"Cur-sor_{cursors.IndexOf(match.Value) + 1}";
        });
        text = Batch().Replace(text, "Bat-ch_1");
        text = Session().Replace(text, "0HNQ3V8JB7S2K:00000001");
        return Retry().Replace(text, "2500");
    }

    [GeneratedRegex("(?<=id: |\"cursor\":\"|cursor=|KafkaConsume-Cursor: )[A-Za-z0-9_-]{16,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Cursor();

    [GeneratedRegex("(?<=KafkaConsume-Batch: )[A-Za-z0-9_-]{16,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Batch();

    [GeneratedRegex("(?<=\"session\":\")[^\"]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Session();

    [GeneratedRegex("(?<=retry: )[1-5][0-9]{3}(?=\n)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Retry();
}
