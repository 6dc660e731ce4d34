using Harness.Loading;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>All cells where everybody gets each record, the peers in turns so that a noisy moment hits all of them.</summary>
internal static class FanOut
{
    /// <summary>How long a fetch that finds nothing is held: the embedded cluster, unlike Kafka, lets records wait behind it.</summary>
    private const int EmbeddedFetchWaitMs = 5;

    private const int RealFetchWaitMs = 100;

    /// <summary>Up to how many clients each the servers are there at the same time: a machine has only so many files.</summary>
    private const int MostTogether = 2000;

    private const double LatencyLimitMs = 2;
    private const double ByHandLimit = 0.1;

    private static readonly string[] Servers = ["library", "ceiling", "nchan"];

    public static IEnumerable<Step> Steps(BenchOptions options)
    {
        var duration = TimeSpan.FromSeconds(options.IsQuick ? 2 : 2.5);
        var sessions = Enum.GetValues<StreamKind>().SelectMany(Sessions);
        return sessions
            .Where(cells => !options.IsQuick || options.Only.Length > 0 || cells[0] is { Kind: StreamKind.Sse } or { Clients: 1000, ValueBytes: 100 })
            .SelectMany(cells => Of(options, duration, Servers, isReal: false, cells));
    }

    /// <summary>The cells that need Apache Kafka.</summary>
    public static IEnumerable<Step> RealSteps(BenchOptions options)
    {
        var duration = TimeSpan.FromSeconds(options.IsQuick ? 4 : 8);
        var latency =
            from kind in Enum.GetValues<StreamKind>()
            let cell = FanOutCell.Paced(kind, 10, 100, rate: 20, Section.Latency, new Target("consumer", LatencyLimitMs))
            from step in Of(options, duration, ["library"], isReal: true, [cell])
            from both in new[] { step, Alone(cell, step.Round, duration) }
            select both;
        return latency.Concat(Of(options, TimeSpan.FromSeconds(options.IsQuick ? 3 : 4), ["library", "ceiling", "by hand"], isReal: true,
        [
            FanOutCell.Paced(StreamKind.Sse, 100, 100, rate: 100, Section.ByHand, new Target("by hand", ByHandLimit)),
        ]));
    }

    private static IEnumerable<FanOutCell[]> Sessions(StreamKind kind) =>
    [
        [
            FanOutCell.Paced(kind, 1000, 100, rate: 20),
            FanOutCell.Paced(kind, 1000, 100, rate: 50),
            FanOutCell.Full(kind, 1000, 100, burst: 1, window: 16),
            FanOutCell.Full(kind, 1000, 100, burst: 100, window: 400),
        ],
        [
            FanOutCell.Paced(kind, 1000, 1024, rate: 50),
            FanOutCell.Full(kind, 1000, 1024, burst: 100, window: 400),
        ],
        [FanOutCell.Paced(kind, 10_000, 100, rate: 5)],
    ];

    /// <summary>All rounds of the cells that one set of clients goes through, one after the other.</summary>
    private static IEnumerable<Step> Of(BenchOptions options, TimeSpan duration, string[] peers, bool isReal, FanOutCell[] cells) =>
        from round in Enumerable.Range(1, options.Rounds)
        let wanted = cells.Where(cell => options.Includes(cell.Report.Name)).ToList()
        where wanted.Count > 0
        from together in wanted[0].Clients > MostTogether ? peers.Select(peer => new[] { peer }) : [peers]
        select new Step(
            together,
            round,
            [.. wanted.Select(cell => cell.Report)],
            together.Length * TimeSpan.FromSeconds(90 + (40 * wanted.Count)),
            lab => FanOutRound.Run(
                lab, isReal ? lab.Real.Control : lab.Embedded, round, together, wanted, duration, isReal ? RealFetchWaitMs : EmbeddedFetchWaitMs));

    private static Step Alone(FanOutCell cell, int round, TimeSpan duration) => new(
        "consumer", round, cell.Report, TimeSpan.FromSeconds(130), lab => LoneConsumer.Run(lab, cell, duration, RealFetchWaitMs));
}
