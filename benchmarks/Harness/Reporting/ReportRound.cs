namespace Harness.Reporting;

/// <summary>One round of a peer, in the file for programs.</summary>
internal sealed record ReportRound(int Round, IReadOnlyDictionary<string, double> Figures, string? Failure);
