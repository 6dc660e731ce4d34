using System.Diagnostics;
using System.Globalization;
using Harness.Loading;
using Harness.Peers;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>How soon a record answers a request that waits for it, and how soon the first one comes at all.</summary>
internal static class GroupLatency
{
    private const int FetchWaitMs = 100;
    private const int ValueBytes = 100;
    private const int Rate = 20;
    private const int WarmUpRate = 200;
    private const int WarmUpRecords = 400;
    private const double LimitMs = 0.7;
    private const string Path = "/group?max=1&wait=30";

    private static readonly int[] Waiting = [10, 1000];
    private static readonly string[] Peers = ["library", "consumer"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IEnumerable<Step> Steps(BenchOptions options)
    {
        var duration = TimeSpan.FromSeconds(options.IsQuick ? 4 : 8);
        var waiting =
            from clients in Waiting
            let cell = new Cell(
                Section.Latency,
                string.Create(CultureInfo.InvariantCulture, $"http-get, {clients:N0} requests wait, {Rate}/s, {ValueBytes} B"),
                new Target("consumer", LimitMs))
            where options.Includes(cell.Name)
            from round in Enumerable.Range(1, options.Rounds)
            from peer in Peers
            select new Step(peer, round, cell, Patience * 2, lab => peer == "library" ? Wait(lab, clients, duration) : Consume(lab, duration));
        var first = new Cell(Section.Cold, "http-get, a new group");
        return waiting.Concat(
            from round in Enumerable.Range(1, options.Includes(first.Name) ? options.Rounds : 0)
            select new Step("library", round, first, Patience * 2, Begin));
    }

    private static Dictionary<string, double> Consume(Lab lab, TimeSpan duration) => LoneConsumer.Run(
        lab, FanOutCell.Paced(StreamKind.Sse, 1, ValueBytes, Rate), duration, FetchWaitMs);

    private static Dictionary<string, double> Wait(Lab lab, int count, TimeSpan duration)
    {
        var kafka = lab.Real.Control;
        var topic = kafka.CreateTopic();
        using var peer = new DotNetPeer("library", lab.Options, kafka.Brokers, topic, FetchWaitMs);
        using var clients = new Pollers(peer.Port, Path, count, ValueBytes);
        clients.Start();
        Produce(WarmUpRate, WarmUpRecords);
        WarmUp.Run(peer, () => Produce(WarmUpRate, WarmUpRecords));
        clients.TakeLatencies();
        Produce(Rate, (int)(Rate * duration.TotalSeconds));
        var latencies = clients.TakeLatencies();
        kafka.DeleteTopic(topic);
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["p50"] = latencies.PercentileMs(0.5),
            ["p99"] = latencies.PercentileMs(0.99),
            ["max"] = latencies.MaxMs,
        };

        void Produce(int rate, int records)
        {
            var read = clients.Records;
            kafka.Pace(topic, rate, 1, records, ValueBytes);
            clients.Await(read + kafka.AwaitProduced(), Patience);
        }
    }

    /// <summary>The time from a process's first request to the first record.</summary>
    private static Dictionary<string, double> Begin(Lab lab)
    {
        var kafka = lab.Real.Control;
        var topic = kafka.CreateTopic();
        kafka.Prepare(topic, 1, ValueBytes);
        kafka.Commit();
        using var peer = new DotNetPeer("library", lab.Options, kafka.Brokers, topic, FetchWaitMs, isWarmedUp: false);
        using var client = new Pollers(peer.Port, Path, 1, ValueBytes);
        var started = Stopwatch.GetTimestamp();
        client.Start();
        client.Await(1, Patience);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        kafka.DeleteTopic(topic);
        return new Dictionary<string, double>(StringComparer.Ordinal) { ["milliseconds"] = seconds * 1000 };
    }
}
