namespace Harness.Reporting;

/// <summary>All that was measured, by cell and peer, in the order in which it came.</summary>
internal sealed class Results
{
    private readonly List<Measurement> _measurements = [];

    public IReadOnlyList<Measurement> All => _measurements;

    public IEnumerable<Cell> Cells => _measurements.Select(measurement => measurement.Cell).Distinct();

    public void Add(Measurement measurement) => _measurements.Add(measurement);

    /// <summary>Adds what was measured earlier, for cells that have nothing yet.</summary>
    /// <returns>These cells.</returns>
    public IReadOnlyList<Cell> Add(Results earlier)
    {
        var known = Cells.Select(cell => (cell.Section, cell.Name)).ToHashSet();
        List<Measurement> added = [.. earlier._measurements.Where(measurement => !known.Contains((measurement.Cell.Section, measurement.Cell.Name)))];
        _measurements.AddRange(added);
        return [.. added.Select(measurement => measurement.Cell).Distinct()];
    }

    public IEnumerable<string> PeersOf(Cell cell) => Of(cell).Select(measurement => measurement.Peer).Distinct(StringComparer.Ordinal);

    /// <summary>Gets the rounds of a peer that came to an end.</summary>
    public IReadOnlyList<Measurement> Finished(Cell cell, string peer) =>
        [.. Of(cell).Where(measurement => measurement.Peer == peer && measurement.Failure is null)];

    public IReadOnlyList<string> Failures(Cell cell, string peer) =>
        [.. Of(cell).Where(measurement => measurement.Peer == peer).Select(measurement => measurement.Failure).OfType<string>()];

    /// <summary>Compares the library with a peer; null for the library itself, and where one of them has nothing.</summary>
    public Comparison? Compare(Cell cell, string peer) =>
        peer == "library" ? null : Comparison.Of(cell, Finished(cell, "library"), peer, Finished(cell, peer));

    private IEnumerable<Measurement> Of(Cell cell) => _measurements.Where(measurement => measurement.Cell == cell);
}
