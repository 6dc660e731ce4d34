using Harness.Reporting;

namespace Harness.Running;

/// <summary>Something to run that measures peers.</summary>
/// <param name="Peers">Who is measured.</param>
/// <param name="Round">Which round it is.</param>
/// <param name="Cells">What comes out for each of them.</param>
/// <param name="Deadline">When it has taken too long.</param>
/// <param name="Run">Measures.</param>
internal sealed record Step(
    IReadOnlyList<string> Peers, int Round, IReadOnlyList<Cell> Cells, TimeSpan Deadline, Func<Lab, IEnumerable<Measurement>> Run)
{
    /// <summary>One peer in one cell.</summary>
    public Step(string peer, int round, Cell cell, TimeSpan deadline, Func<Lab, Dictionary<string, double>> run)
        : this([peer], round, [cell], deadline, lab => [new Measurement(cell, peer, round, run(lab))])
    {
    }
}
