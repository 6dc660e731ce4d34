using System.Diagnostics;
using Harness.Kafka;
using Harness.Loading;
using Harness.Peers;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>What it costs that a client acknowledges each record by itself, beside one that does so for a hundred at a time.</summary>
internal static class AckCost
{
    private const int FetchWaitMs = 100;
    private const int ValueBytes = 100;
    private const int WarmUpRecords = 50_000;
    private const int Many = 100;
    private const double LimitMicroseconds = 3;
    private const string PeerOfMany = "an ack for 100";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IEnumerable<Step> Steps(BenchOptions options)
    {
        var cell = new Cell(Section.Acks, "WebSocket, an ack for each record, 100 B", new Target(PeerOfMany, LimitMicroseconds));
        var records = options.IsQuick ? 200_000 : 500_000;
        return
            from round in Enumerable.Range(1, options.Includes(cell.Name) ? options.Rounds : 0)
            from peer in new[] { "library", PeerOfMany }
            select new Step(peer, round, cell, Patience * 3, lab => Measure(lab, peer == "library" ? 1 : Many, records));
    }

    private static Dictionary<string, double> Measure(Lab lab, int recordsPerAck, int records)
    {
        var kafka = lab.Real.Control;
        var topic = kafka.CreateTopic();
        using var peer = new DotNetPeer("library", lab.Options, kafka.Brokers, topic, FetchWaitMs);
        using var client = new AckingClient(peer.Port, "/acks", topic, recordsPerAck);
        WarmUp.Run(peer, () => Read(kafka, topic, client, WarmUpRecords));
        var (cpu, started) = (peer.Cpu, Stopwatch.GetTimestamp());
        Read(kafka, topic, client, records);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = peer.Cpu - cpu;
        kafka.DeleteTopic(topic);
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["microseconds"] = cpu.TotalMicroseconds / records,
            ["perSecond"] = records / seconds,
        };
    }

    private static void Read(KafkaControl kafka, string topic, AckingClient client, int records)
    {
        var target = client.Records + records;
        kafka.Prepare(topic, records, ValueBytes);
        kafka.Commit();
        if (!SpinWait.SpinUntil(() => client.Records >= target, Patience))
        {
            throw new TimeoutException($"the client has {client.Records:N0} records of {target:N0}");
        }
    }
}
