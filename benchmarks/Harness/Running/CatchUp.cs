using System.Diagnostics;
using Harness.Loading;
using Harness.Peers;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>Many clients that all read the same topic from its beginning.</summary>
internal static class CatchUp
{
    private const int Clients = 100;
    private const int FetchWaitMs = 100;
    private const int ValueBytes = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static IEnumerable<Step> Steps(BenchOptions options)
    {
        var records = options.IsQuick ? 250_000 : 1_000_000;
        var cell = new Cell(Section.CatchUp, $"SSE, {Clients} clients, {records:N0} records, {ValueBytes} B");
        return Enumerable.Range(1, options.Includes(cell.Name) ? options.Rounds : 0).Select(round => new Step(
            "library", round, cell, Patience * 2, lab => Measure(lab, records)));
    }

    private static Dictionary<string, double> Measure(Lab lab, int records)
    {
        var broker = lab.Real;
        var topic = broker.Control.CreateTopic();
        broker.Control.Prepare(topic, records, ValueBytes);
        broker.Control.Commit();
        using var peer = new DotNetPeer("library", lab.Options, broker.Relay.Address, topic, FetchWaitMs);
        using var clients = new Subscribers(peer.Port, "/stream?from=earliest", StreamKind.Sse, ValueBytes, _ => { });
        var (fetched, size) = (broker.Relay.Received, broker.BytesOf(topic));
        var cpu = peer.Cpu;
        var started = Stopwatch.GetTimestamp();
        clients.Connect(Clients);
        clients.Start();
        Await(clients, records);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = peer.Cpu - cpu;
        fetched = broker.Relay.Received - fetched;
        broker.Control.DeleteTopic(topic);
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["microseconds"] = cpu.TotalMicroseconds / clients.Records,
            ["seconds"] = seconds,
            ["perSecond"] = clients.Records / seconds,
            ["core"] = cpu.TotalSeconds / seconds,
            ["fetched"] = (double)fetched / size,
            ["rssMb"] = peer.RssKb / 1024.0,
            ["lost"] = ((long)records * Clients) - clients.Records,
        };
    }

    private static void Await(Subscribers clients, int records)
    {
        var started = Stopwatch.GetTimestamp();
        while (clients.Fewest < records)
        {
            if (clients.Broken > 0)
            {
                throw new InvalidOperationException($"the server cut off {clients.Broken} clients");
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"after {Patience.TotalSeconds:0} s the slowest client had {clients.Fewest:N0} of {records:N0} records");
            }

            Thread.Sleep(1);
        }
    }
}
