namespace Harness.Reporting;

/// <summary>The page of the documentation, which has a place for the tables.</summary>
internal static class ResultsPage
{
    private const string Begin = "<!-- results: written by eng/bench.sh --docs -->";
    private const string End = "<!-- results: end -->";

    public static void Write(string path, string tables)
    {
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new InvalidOperationException($"{path} has no place for the results, between '{Begin}' and '{End}'.");
        }

        File.WriteAllText(path, $"{page[..(begin + Begin.Length)]}\n\n{tables}\n{page[end..]}");
    }
}
