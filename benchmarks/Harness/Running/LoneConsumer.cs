using Harness.Peers;

namespace Harness.Running;

/// <summary>A consumer without any server: what records take to get out of Kafka.</summary>
internal static class LoneConsumer
{
    private const int WarmUpRecords = 60;

    public static Dictionary<string, double> Run(Lab lab, FanOutCell cell, TimeSpan duration, int fetchWaitMs)
    {
        var kafka = lab.Real.Control;
        var topic = kafka.CreateTopic();
        using var consumer = new DotNetPeer("consumer", lab.Options, kafka.Brokers, topic, fetchWaitMs);
        kafka.Pace(topic, cell.Rate, cell.Burst, WarmUpRecords, cell.ValueBytes);
        Consumption.Await(consumer, kafka.AwaitProduced());
        var count = (int)(cell.Rate * duration.TotalSeconds);
        consumer.Ask("latencies");
        kafka.Pace(topic, cell.Rate, cell.Burst, count, cell.ValueBytes);
        kafka.AwaitProduced();
        Consumption.Await(consumer, WarmUpRecords + count);
        var latencies = consumer.Ask("latencies");
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["p50"] = latencies[0],
            ["p99"] = latencies[1],
            ["max"] = latencies[2],
        };
    }
}
