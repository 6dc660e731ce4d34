namespace Harness.Reporting;

/// <summary>The results as they stand in the file for programs.</summary>
/// <param name="Machine">Where and with what it was measured.</param>
/// <param name="Cells">What was measured.</param>
/// <param name="WithoutNetwork">The rows of the benchmark without network.</param>
internal sealed record ReportDocument(IReadOnlyDictionary<string, string> Machine, IReadOnlyList<ReportCell> Cells, IReadOnlyList<string>? WithoutNetwork);
