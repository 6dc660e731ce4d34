using Harness.Kafka;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>
/// All peers at once, each with its clients, and measured in turns of a second or less: what disturbs the machine meanwhile disturbs
/// all of them alike.
/// </summary>
internal static class FanOutRound
{
    private const int Spans = 4;

    /// <summary>Runs the cells that one set of clients goes through, one after the other.</summary>
    public static IEnumerable<Measurement> Run(
        Lab lab, KafkaControl kafka, int round, IReadOnlyList<string> peers, IReadOnlyList<FanOutCell> cells, TimeSpan duration, int fetchWaitMs)
    {
        var sessions = new List<FanOutSession>();
        try
        {
            foreach (var peer in peers)
            {
                if (TryOpen(lab, kafka, peer, cells, fetchWaitMs, out var missing) is { } session)
                {
                    sessions.Add(session);
                    continue;
                }

                foreach (var cell in cells)
                {
                    yield return new Measurement(cell.Report, peer, round, new Dictionary<string, double>(StringComparer.Ordinal), missing);
                }
            }

            foreach (var cell in cells)
            {
                foreach (var measurement in Run(sessions, cell, round, duration))
                {
                    yield return measurement;
                }
            }
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    private static IEnumerable<Measurement> Run(List<FanOutSession> sessions, FanOutCell cell, int round, TimeSpan duration)
    {
        var able = sessions.Where(session => Can(session.Name, cell)).ToDictionary(session => session, _ => new FanOutFigures());
        for (var span = 0; span < Spans; span++)
        {
            foreach (var (session, figures) in able)
            {
                session.Run(cell, duration / Spans, figures);
            }
        }

        return able.Select(pair => new Measurement(cell.Report, pair.Key.Name, round, pair.Value.ToDictionary()));
    }

    private static FanOutSession? TryOpen(
        Lab lab, KafkaControl kafka, string peer, IReadOnlyList<FanOutCell> cells, int fetchWaitMs, out string? missing)
    {
        try
        {
            missing = null;
            return new FanOutSession(peer, lab.Options, kafka, cells[0], fetchWaitMs);
        }
        catch (UnavailableException failure)
        {
            missing = failure.Message;
            return null;
        }
    }

    // One POST is one record.
    private static bool Can(string peer, FanOutCell cell) => peer != "nchan" || cell.Burst == 1;
}
