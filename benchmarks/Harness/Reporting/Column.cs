namespace Harness.Reporting;

/// <summary>A figure of each peer that a table shows.</summary>
/// <param name="Figure">Its name among the figures of a measurement.</param>
/// <param name="Title">What readers are told it is.</param>
internal sealed record Column(string Figure, string Title);
