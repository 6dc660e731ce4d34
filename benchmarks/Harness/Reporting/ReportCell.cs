namespace Harness.Reporting;

/// <summary>A cell in the file for programs.</summary>
internal sealed record ReportCell(string Section, string Cell, IReadOnlyList<Target> Targets, IReadOnlyList<ReportPeer> Peers);
