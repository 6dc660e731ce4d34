using System.Globalization;
using System.Text;

namespace Harness.Reporting;

/// <summary>The results as tables, one for each section, with a row for each peer of each cell.</summary>
internal static class MarkdownReport
{
    public static string Line(Measurement measurement) =>
        $"{measurement.Cell.Name} | {measurement.Peer} #{measurement.Round} | "
        + (measurement.Failure ?? string.Join("  ", measurement.Figures.Select(
            figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key}={figure.Value:0.###}"))));

    /// <summary>Writes everything down.</summary>
    /// <param name="results">What was measured.</param>
    /// <param name="machine">Where.</param>
    /// <param name="micro">The table of the benchmark without network, or nothing.</param>
    public static string Write(Results results, Machine machine, string? micro)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in machine.Facts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"* {name}: {value}");
        }

        foreach (var section in results.Cells.GroupBy(cell => cell.Section).OrderBy(group => group.Key.Place))
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"### {section.Key.Title}").AppendLine().AppendLine(section.Key.Note).AppendLine();
            AppendTable(text, results, section.Key, section);
        }

        if (micro is not null)
        {
            text.AppendLine().AppendLine("### Without network").AppendLine();
            text.AppendLine("In one process, wall clock: what a record costs the tail once, and what each delivery from it costs.").AppendLine().Append(micro);
        }

        return text.ToString();
    }

    private static void AppendTable(StringBuilder text, Results results, Section section, IEnumerable<Cell> cells)
    {
        AppendRow(text, ["cell", "peer", .. section.Columns.Select(column => column.Title), section.IsDifference ? "library minus peer" : "library / peer", "target"]);
        AppendRow(text, Enumerable.Repeat("---", section.Columns.Count + 4));
        foreach (var cell in cells)
        {
            var name = cell.Name;
            foreach (var peer in results.PeersOf(cell))
            {
                var comparison = results.Compare(cell, peer);
                AppendRow(
                    text,
                    [
                        name,
                        peer + Remarks(results, cell, peer),
                        .. section.Columns.Select(column => Statistic.Of(
                            results.Finished(cell, peer).Select(round => round.Figures.GetValueOrDefault(column.Figure, double.NaN))).ToString()),
                        comparison?.ToString() ?? "",
                        TargetOf(cell, peer, comparison),
                    ]);
                name = "";
            }
        }
    }

    private static string TargetOf(Cell cell, string peer, Comparison? comparison) =>
        cell.Targets.FirstOrDefault(target => target.Against == peer) is not { } target ? ""
        : comparison is null ? target.Text
        : $"{target.Text}: {(comparison.Holds == true ? "holds" : "**missed**")}";

    private static string Remarks(Results results, Cell cell, string peer)
    {
        var remarks = new List<string>();
        var missing = results.Finished(cell, peer).Sum(round => round.Figures.GetValueOrDefault("lost"));
        if (missing != 0)
        {
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{missing:N0} deliveries missing"));
        }

        if (results.Failures(cell, peer) is { Count: > 0 } failures)
        {
            var rounds = results.Finished(cell, peer).Count + failures.Count;
            remarks.Add(failures.Count == rounds ? failures[0] : $"{failures.Count} of {rounds} rounds: {failures[0]}");
        }

        return remarks.Count == 0 ? "" : $" ({string.Join("; ", remarks)})";
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> columns) =>
        text.Append("| ").AppendJoin(" | ", columns.Select(column => column.Replace("|", "/", StringComparison.Ordinal))).AppendLine(" |");
}
