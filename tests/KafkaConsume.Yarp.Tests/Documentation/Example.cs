using System.Text.RegularExpressions;

namespace KafkaConsume.Yarp.Tests.Documentation;

/// <summary>A fenced block of a page, and the golden file that the comment before it names.</summary>
/// <param name="Line">Where it begins.</param>
/// <param name="Language">What stands behind the fence.</param>
/// <param name="Text">What is between the fences, without the last line break.</param>
/// <param name="Golden">The name of the golden file, without its extension; null where no comment names one.</param>
/// <param name="Section">The section of the golden file; null for all of it.</param>
internal sealed partial record Example(int Line, string Language, string Text, string? Golden, string? Section)
{
    public static IEnumerable<Example> In(string page)
    {
        var lines = page.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            if (!lines[index].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            var start = index + 1;
            var end = Array.IndexOf(lines, "```", start);
            var marker = Marker().Match(index > 0 ? lines[index - 1] : "");
            yield return new Example(
                start,
                lines[index][3..],
                string.Join('\n', lines[start..end]),
                marker.Success ? marker.Groups["file"].Value : null,
                marker.Groups["section"].Success ? marker.Groups["section"].Value : null);
            index = end;
        }
    }

    [GeneratedRegex("^<!-- golden: (?<file>[a-z0-9.-]+)( (?<section>[a-z-]+))? -->$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();
}
