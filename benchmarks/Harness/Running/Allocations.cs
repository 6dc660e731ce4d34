using Harness.Loading;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>
/// What deliveries allocate, counted by the runtime over the whole server: the same records for few and for many clients. What a record
/// or a second allocates is the same for both, so what is more for the many is the deliveries'.
/// </summary>
internal static class Allocations
{
    private const int FetchWaitMs = 5;
    private const int Few = 250;
    private const int Many = 1000;
    private const int Rate = 50;

    // The smallest object has 24 bytes.
    private const double Limit = 1;

    private static readonly string[] Peers = ["library", "ceiling"];
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    public static IEnumerable<Step> Steps(BenchOptions options) =>
        from kind in Enum.GetValues<StreamKind>()
        let cell = new Cell(Section.Allocations, $"{kind.Title()}, {Few} and {Many:N0} clients, {Rate}/s, 100 B", new Target("ceiling", Limit))
        where options.Includes(cell.Name)
        from peer in Peers
        select new Step(peer, 1, cell, TimeSpan.FromSeconds(120), lab => Measure(lab, peer, kind));

    private static Dictionary<string, double> Measure(Lab lab, string peer, StreamKind kind)
    {
        var (few, many) = (PerRecord(lab, peer, kind, Few), PerRecord(lab, peer, kind, Many));
        var perDelivery = (many - few) / (Many - Few);
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["perDelivery"] = perDelivery,
            ["perRecord"] = few - (perDelivery * Few),
        };
    }

    private static double PerRecord(Lab lab, string peer, StreamKind kind, int clients)
    {
        var cell = FanOutCell.Paced(kind, clients, 100, Rate);
        using var session = new FanOutSession(peer, lab.Options, lab.Embedded, cell, FetchWaitMs);
        var figures = new FanOutFigures();
        session.Run(cell, Duration, figures);
        return figures.AllocatedPerRecord;
    }
}
