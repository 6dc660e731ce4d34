namespace Harness.Running;

/// <summary>What one peer did in one round of one cell.</summary>
internal sealed record Measurement(string Cell, string Peer, int Round, IReadOnlyDictionary<string, double> Figures);
