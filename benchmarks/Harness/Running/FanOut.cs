using Harness.Kafka;
using Harness.Loading;

namespace Harness.Running;

/// <summary>All cells where everybody gets each record, the peers in turns so that a noisy moment hits all of them.</summary>
internal static class FanOut
{
    private static readonly FanOutCell[] Cells =
    [
        .. Of(StreamKind.Sse, 1000, 100, [50]),
        .. Of(StreamKind.WebSocket, 1000, 100, [50]),
    ];

    public static IEnumerable<Measurement> Run(BenchOptions options, KafkaControl kafka)
    {
        var duration = TimeSpan.FromSeconds(options.IsQuick ? 3 : 4);
        var sessions = Cells.Where(cell => options.Includes(cell.Name)).GroupBy(cell => (cell.Kind, cell.Clients, cell.ValueBytes)).ToList();
        foreach (var session in sessions)
        {
            for (var round = 1; round <= options.Rounds; round++)
            {
                foreach (var peer in new[] { "library", "ceiling" })
                {
                    using var running = new FanOutSession(peer, options, kafka, session.First());
                    foreach (var cell in session)
                    {
                        yield return new Measurement(cell.Name, peer, round, running.Run(cell, duration));
                    }
                }
            }
        }
    }

    private static IEnumerable<FanOutCell> Of(StreamKind kind, int clients, int valueBytes, int[] rates) =>
    [
        .. rates.Select(rate => new FanOutCell(kind, clients, valueBytes, rate, Burst: 1, Window: 0)),
        new FanOutCell(kind, clients, valueBytes, Rate: 0, Burst: 1, Window: 16),
        new FanOutCell(kind, clients, valueBytes, Rate: 0, Burst: 100, Window: 400),
    ];
}
