using System.Text.Json;

namespace Harness.Reporting;

/// <summary>The results for programs: each round of each peer, and what they come to.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Write(Results results, Machine machine, string? micro) => JsonSerializer.Serialize(
        new ReportDocument(
            machine.Facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal),
            [.. results.Cells.Select(cell => new ReportCell(
                cell.Section.Title,
                cell.Name,
                cell.Targets,
                [.. results.PeersOf(cell).Select(peer => new ReportPeer(
                    peer,
                    [.. results.All.Where(measurement => measurement.Cell == cell && measurement.Peer == peer)
                        .Select(measurement => new ReportRound(measurement.Round, measurement.Figures, measurement.Failure))],
                    ReportComparison.Of(cell, results.Compare(cell, peer))))]))],
            micro?.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
        Indented);

    /// <summary>Reads what was written; cells of tables that there are no more are left out.</summary>
    public static (Results Results, Machine Machine, string? Micro) Read(string text)
    {
        var document = JsonSerializer.Deserialize<ReportDocument>(text, Indented) ?? throw new InvalidOperationException("There are no results.");
        var results = new Results();
        foreach (var (section, name, targets, peers) in document.Cells)
        {
            if (Section.Find(section) is not { } known)
            {
                continue;
            }

            var cell = new Cell(known, name, targets);
            foreach (var (peer, round) in peers.SelectMany(peer => peer.Rounds.Select(round => (peer.Peer, round))))
            {
                results.Add(new Measurement(cell, peer, round.Round, round.Figures, round.Failure));
            }
        }

        return (
            results,
            new Machine([.. document.Machine.Select(fact => (fact.Key, fact.Value))]),
            document.WithoutNetwork is { } rows ? string.Join('\n', rows) + "\n" : null);
    }
}
