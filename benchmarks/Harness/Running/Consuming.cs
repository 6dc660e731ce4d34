using System.Diagnostics;
using Harness.Kafka;
using Harness.Loading;
using Harness.Peers;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>What a record costs that comes out of Kafka: in a gateway that fills its tail, and in the shortest loops.</summary>
internal static class Consuming
{
    private const int FetchWaitMs = 100;
    private const int ValueBytes = 100;
    private const int WarmUpRecords = 200_000;
    private const double LeastMicroseconds = 0.05;

    private static readonly string[] Peers = ["library", "loop", "consumer"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static IEnumerable<Step> Steps(BenchOptions options)
    {
        var cell = new Cell(Section.Consuming, "reading and framing, 100 B");
        var records = options.IsQuick ? 1_000_000 : 2_000_000;
        return
            from round in Enumerable.Range(1, options.Includes(cell.Name) ? options.Rounds : 0)
            from peer in Peers
            select new Step(peer, round, cell, TimeSpan.FromSeconds(150), lab => Measure(lab, peer, records));
    }

    private static Dictionary<string, double> Measure(Lab lab, string name, int records)
    {
        var kafka = lab.Real.Control;
        var topic = kafka.CreateTopic();
        using var peer = new DotNetPeer(name, lab.Options, kafka.Brokers, topic, FetchWaitMs);
        try
        {
            if (name == "library")
            {
                return OfTail(kafka, topic, peer, records);
            }

            var read = 0;
            WarmUp.Run(peer, () => Read(kafka, topic, WarmUpRecords, () => Consumption.Await(peer, read += WarmUpRecords)));
            return Figures(kafka, topic, peer, records, () => Consumption.Await(peer, read + records));
        }
        finally
        {
            kafka.DeleteTopic(topic);
        }
    }

    /// <summary>
    /// There is one client, which reads nothing: what the tail does is done for it all the same. A second one that comes in the end and gets
    /// one record alone shows that the tail had all the others.
    /// </summary>
    private static Dictionary<string, double> OfTail(KafkaControl kafka, string topic, DotNetPeer peer, int records)
    {
        using var idle = new Subscribers(peer.Port, "/stream", StreamKind.Sse, ValueBytes, _ => { });
        idle.Connect(1);
        WarmUp.Run(peer, () =>
        {
            var cpu = peer.Cpu;
            Read(kafka, topic, WarmUpRecords, () => AwaitQuiet(peer, cpu, WarmUpRecords));
        });
        var before = peer.Cpu;
        var figures = Figures(kafka, topic, peer, records, () => AwaitQuiet(peer, before, records));

        using var witness = new Subscribers(peer.Port, "/stream", StreamKind.Sse, ValueBytes, _ => { });
        witness.Connect(1);
        witness.Start();
        Read(kafka, topic, 1, () => SpinWait.SpinUntil(() => witness.Records > 0, Patience));
        return witness.Records == 1 ? figures : throw new InvalidOperationException("the tail had not read all");
    }

    private static Dictionary<string, double> Figures(KafkaControl kafka, string topic, DotNetPeer peer, int records, Action wait)
    {
        kafka.Prepare(topic, records, ValueBytes);
        var (cpu, allocated) = (peer.Cpu, peer.Allocated);
        var started = Stopwatch.GetTimestamp();
        kafka.Commit();
        wait();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["microseconds"] = (peer.Cpu - cpu).TotalMicroseconds / records,
            ["perSecond"] = records / seconds,
            ["allocated"] = (peer.Allocated - allocated) / records,
        };
    }

    private static void Read(KafkaControl kafka, string topic, int records, Action wait)
    {
        kafka.Prepare(topic, records, ValueBytes);
        kafka.Commit();
        wait();
    }

    /// <summary>Returns when a process has worked, and works no more.</summary>
    private static void AwaitQuiet(DotNetPeer peer, TimeSpan before, int records)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        var least = before + TimeSpan.FromMicroseconds(records * LeastMicroseconds);
        var (last, since) = (peer.Cpu, Stopwatch.GetTimestamp());
        while (last < least || Stopwatch.GetElapsedTime(since) < Quiet)
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException("the tail did not come to rest");
            }

            Thread.Sleep(Pause);
            if (peer.Cpu is var now && now != last)
            {
                (last, since) = (now, Stopwatch.GetTimestamp());
            }
        }
    }
}
