namespace Harness.Reporting;

/// <summary>One row of questions: the same work for each peer.</summary>
/// <param name="Section">The table that it stands in.</param>
/// <param name="Name">What the work is.</param>
/// <param name="Targets">What the library is to reach beside others.</param>
internal sealed record Cell(Section Section, string Name, params IReadOnlyList<Target> Targets);
