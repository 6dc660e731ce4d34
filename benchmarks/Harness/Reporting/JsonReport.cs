using System.Text.Json;

namespace Harness.Reporting;

/// <summary>The results for programs: each round of each peer, and what they come to.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Write(Results results, Machine machine, string? micro) => JsonSerializer.Serialize(
        new
        {
            machine = machine.Facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal),
            cells = results.Cells.Select(cell => new
            {
                section = cell.Section.Title,
                cell = cell.Name,
                peers = results.PeersOf(cell).Select(peer => new
                {
                    peer,
                    rounds = results.Finished(cell, peer).Select(round => round.Figures),
                    failures = results.Failures(cell, peer),
                    comparison = Describe(cell, results.Compare(cell, peer)),
                }),
            }),
            withoutNetwork = micro?.Split('\n', StringSplitOptions.RemoveEmptyEntries),
        },
        Indented);

    private static object? Describe(Cell cell, Comparison? comparison) => comparison is null ? null : new
    {
        figure = cell.Section.Columns[0].Figure,
        kind = comparison.IsDifference ? "difference" : "ratio",
        median = comparison.Value.Median,
        lowest = comparison.Value.Lowest,
        highest = comparison.Value.Highest,
        target = comparison.Target?.Text,
        holds = comparison.Holds,
    };
}
