namespace Harness.Reporting;

/// <summary>What one peer did in one round of one cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Peer">Who.</param>
/// <param name="Round">Which round, from 1.</param>
/// <param name="Figures">What was measured; empty when nothing was.</param>
/// <param name="Failure">Why nothing was measured.</param>
internal sealed record Measurement(Cell Cell, string Peer, int Round, IReadOnlyDictionary<string, double> Figures, string? Failure = null);
