using System.Diagnostics;
using System.Globalization;
using Harness.Kafka;
using Harness.Loading;
using Harness.Peers;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>Plain requests that share the records of a group.</summary>
internal static class GroupBatches
{
    private const int Clients = 16;
    private const int FetchWaitMs = 100;
    private const int ValueBytes = 100;
    private const int WarmUpRecords = 100_000;
    private const double RequestLimit = 0.6;
    private const double RecordLimit = 0.5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(2);

    public static IEnumerable<Step> Steps(BenchOptions options) =>
    [
        .. Of(options, Section.Requests, 1, options.IsQuick ? 50_000 : 100_000, ["library", "ceiling"], new Target("ceiling", RequestLimit, IsAtMost: false)),
        .. Of(options, Section.Batches, 100, options.IsQuick ? 500_000 : 1_000_000, ["library", "consumer"], []),
        .. Of(options, Section.Batches, 500, options.IsQuick ? 500_000 : 1_000_000, ["library", "consumer"], new Target("consumer", RecordLimit, IsAtMost: false)),
    ];

    private static IEnumerable<Step> Of(BenchOptions options, Section section, int max, int records, string[] peers, params Target[] targets)
    {
        var cell = new Cell(section, string.Create(CultureInfo.InvariantCulture, $"http-get, {Clients} clients, {max} a request, {ValueBytes} B"), targets);
        return
            from round in Enumerable.Range(1, options.Includes(cell.Name) ? options.Rounds : 0)
            from peer in peers
            select new Step(peer, round, cell, Patience * 3, lab => Measure(lab, peer, max, records));
    }

    private static Dictionary<string, double> Measure(Lab lab, string name, int max, int records)
    {
        var kafka = lab.Real.Control;
        var topic = kafka.CreateTopic();
        using var peer = new DotNetPeer(name, lab.Options, kafka.Brokers, topic, FetchWaitMs);
        try
        {
            return name switch
            {
                "consumer" => OfConsumer(kafka, topic, peer, records),
                "ceiling" => OfCeiling(peer, max),
                _ => OfGroup(kafka, topic, peer, max, records),
            };
        }
        finally
        {
            kafka.DeleteTopic(topic);
        }
    }

    private static Dictionary<string, double> OfConsumer(KafkaControl kafka, string topic, DotNetPeer peer, int records)
    {
        var read = 0;
        WarmUp.Run(peer, () =>
        {
            Produce(kafka, topic, WarmUpRecords);
            Consumption.Await(peer, read += WarmUpRecords);
        });
        kafka.Prepare(topic, records, ValueBytes);
        return Figures(peer, records, () => 0, () =>
        {
            kafka.Commit();
            Consumption.Await(peer, read + records);
        });
    }

    private static Dictionary<string, double> OfGroup(KafkaControl kafka, string topic, DotNetPeer peer, int max, int records)
    {
        using var clients = Ask(peer, max, Clients);
        var count = max == 1 ? WarmUpRecords / 10 : WarmUpRecords;
        WarmUp.Run(peer, () =>
        {
            var read = clients.Records;
            Produce(kafka, topic, count);
            clients.Await(read + count, Patience);
        });
        var before = clients.Records;
        kafka.Prepare(topic, records, ValueBytes);
        return Figures(peer, records, () => clients.Answers, () =>
        {
            kafka.Commit();
            clients.Await(before + records, Patience);
        });
    }

    /// <summary>The same answers without Kafka, for as long as they take.</summary>
    private static Dictionary<string, double> OfCeiling(DotNetPeer peer, int max)
    {
        using var clients = Ask(peer, max, Clients);
        WarmUp.Run(peer, () => Thread.Sleep(Span));
        var before = clients.Records;
        var figures = Figures(peer, records: 0, () => clients.Answers, () => Thread.Sleep(Span));
        return clients.Broken == 0 && clients.Records > before ? figures : throw new InvalidOperationException("the server did not answer");
    }

    private static Pollers Ask(DotNetPeer peer, int max, int clients)
    {
        var pollers = new Pollers(peer.Port, string.Create(CultureInfo.InvariantCulture, $"/group?max={max}&wait=30"), clients, ValueBytes);
        pollers.Start();
        return pollers;
    }

    private static Dictionary<string, double> Figures(DotNetPeer peer, int records, Func<long> answers, Action work)
    {
        var (cpu, allocated, answered) = (peer.Cpu, peer.Allocated, answers());
        var started = Stopwatch.GetTimestamp();
        work();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = peer.Cpu - cpu;
        answered = answers() - answered;
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["recordsPerCore"] = records / cpu.TotalSeconds,
            ["requestsPerCore"] = answered / cpu.TotalSeconds,
            ["recordsPerSecond"] = records / seconds,
            ["requestsPerSecond"] = answered / seconds,
            ["perAnswer"] = answered == 0 ? double.NaN : (double)records / answered,
            ["allocated"] = (peer.Allocated - allocated) / Math.Max(records, answered),
            ["core"] = cpu.TotalSeconds / seconds,
        };
    }

    private static void Produce(KafkaControl kafka, string topic, int records)
    {
        kafka.Prepare(topic, records, ValueBytes);
        kafka.Commit();
    }
}
