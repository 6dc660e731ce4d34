namespace Harness.Reporting;

/// <summary>What one peer did in a cell, in the file for programs.</summary>
internal sealed record ReportPeer(string Peer, IReadOnlyList<ReportRound> Rounds, ReportComparison? Comparison);
