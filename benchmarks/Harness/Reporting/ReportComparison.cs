namespace Harness.Reporting;

/// <summary>How the library stands beside a peer, in the file for programs.</summary>
internal sealed record ReportComparison(string Figure, string Kind, double Median, double Lowest, double Highest, string? Target, bool? Holds)
{
    public static ReportComparison? Of(Cell cell, Comparison? comparison) => comparison is null ? null : new ReportComparison(
        cell.Section.Columns[0].Figure,
        comparison.IsDifference ? "difference" : "ratio",
        comparison.Value.Median,
        comparison.Value.Lowest,
        comparison.Value.Highest,
        comparison.Target?.Text,
        comparison.Holds);
}
