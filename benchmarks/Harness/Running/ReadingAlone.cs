using System.Globalization;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>What a record costs that is read and copied, and no more: the library's way and the shortest loop, in turns in one process.</summary>
internal static class ReadingAlone
{
    private const double Limit = 1.3;

    private static readonly (string Peer, string Way)[] Ways = [("library", "library, fast"), ("loop", "bare loop:"), ("consumer", "Consumer<byte[], byte[]>")];

    public static IEnumerable<Step> Steps(BenchOptions options)
    {
        var cell = new Cell(Section.Consuming, "reading alone, 100 B", new Target("loop", Limit));
        return
            from round in Enumerable.Range(1, options.Includes(cell.Name) ? options.Rounds : 0)
            select new Step([.. Ways.Select(way => way.Peer)], round, [cell], TimeSpan.FromMinutes(4), lab => Measure(lab, cell, round));
    }

    private static IEnumerable<Measurement> Measure(Lab lab, Cell cell, int round)
    {
        var rows = MicroBenchmark.Run(lab.Options, ["consume", lab.Real.Control.Brokers, .. Ways.Select(way => way.Way)])?.Split('\n')
            ?? throw new InvalidOperationException("the benchmark without network has failed");
        foreach (var (peer, way) in Ways)
        {
            var columns = rows.First(row => row.Contains(way, StringComparison.Ordinal)).Split('|');
            yield return new Measurement(cell, peer, round, new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["microseconds"] = double.Parse(columns[2], CultureInfo.InvariantCulture),
                ["allocated"] = double.Parse(columns[^2], CultureInfo.InvariantCulture),
            });
        }
    }
}
