using Harness.Reporting;

namespace Harness.Running;

/// <summary>Something to run that measures one peer.</summary>
/// <param name="Peer">Who is measured.</param>
/// <param name="Round">Which round it is.</param>
/// <param name="Cells">What comes out.</param>
/// <param name="Deadline">When it has taken too long.</param>
/// <param name="Run">Measures, cell by cell.</param>
internal sealed record Step(
    string Peer,
    int Round,
    IReadOnlyList<Cell> Cells,
    TimeSpan Deadline,
    Func<Lab, IEnumerable<(Cell Cell, Dictionary<string, double> Figures)>> Run);
