using System.Diagnostics;
using Harness.Kafka;
using Harness.Loading;

namespace Harness.Running;

/// <summary>One fresh server and its clients, through all cells that have the same clients and records.</summary>
internal sealed class FanOutSession : IDisposable
{
    private const int FetchWaitMs = 5;
    private const int WarmUpBurst = 1;
    private const int WarmUpWindow = 8;
    private const int DrainMs = 20_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private readonly KafkaControl _kafka;
    private readonly string _topic;
    private readonly Peer _peer;
    private readonly Subscribers _clients;
    private readonly int _valueBytes;
    private long _before;

    public FanOutSession(string peer, BenchOptions options, KafkaControl kafka, FanOutCell cell)
    {
        _kafka = kafka;
        _valueBytes = cell.ValueBytes;
        _topic = kafka.CreateTopic();
        _peer = new Peer(peer, options, kafka.Brokers, _topic, FetchWaitMs);
        _clients = new Subscribers(_peer.Port, "/stream", cell.Kind, cell.ValueBytes, received => kafka.Acknowledge(received - _before));
        _clients.Connect(cell.Clients);
        _clients.Start();
        Run(() => kafka.Fill(_topic, WarmUpBurst, WarmUpWindow, _valueBytes), WarmUp);
    }

    /// <summary>Runs a cell and says what it took.</summary>
    public Dictionary<string, double> Run(FanOutCell cell, TimeSpan duration)
    {
        _clients.TakeLatencies(cell.IsPaced ? int.MaxValue : 1);
        var (records, bytes, reads) = (_clients.Records, _clients.Bytes, _clients.Reads);
        var allocated = _peer.Allocated;
        var cpu = _peer.Cpu;
        var started = Stopwatch.GetTimestamp();
        var produced = cell.IsPaced
            ? Run(() => _kafka.Pace(_topic, cell.Rate, cell.Burst, (int)(cell.Rate * duration.TotalSeconds), _valueBytes), null)
            : Run(() => _kafka.Fill(_topic, cell.Burst, cell.Window, _valueBytes), duration);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = _peer.Cpu - cpu;
        allocated = _peer.Allocated - allocated;
        records = _clients.Records - records;
        var latencies = _clients.TakeLatencies(0);
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["microseconds"] = cpu.TotalMicroseconds / records,
            ["perCore"] = records / cpu.TotalSeconds,
            ["perSecond"] = records / seconds,
            ["core"] = cpu.TotalSeconds / seconds,
            ["p50"] = latencies.PercentileMs(0.5),
            ["p99"] = latencies.PercentileMs(0.99),
            ["max"] = latencies.MaxMs,
            ["wireBytes"] = (double)(_clients.Bytes - bytes) / records,
            ["perRead"] = records / (double)(_clients.Reads - reads),
            ["allocated"] = (double)allocated / records,
            ["lost"] = (produced * _clients.Count) - records,
        };
    }

    public void Dispose()
    {
        _clients.Dispose();
        _peer.Dispose();
    }

    /// <summary>Has records produced, for a time where they come without end, and waits until all clients have them all.</summary>
    private long Run(Action order, TimeSpan? duration)
    {
        _before = _clients.Most;
        order();
        if (duration is { } time)
        {
            Thread.Sleep(time);
            _kafka.Stop();
        }

        var produced = _kafka.AwaitProduced();
        var deadline = Stopwatch.GetTimestamp() + (DrainMs * Stopwatch.Frequency / 1000);
        while (_clients.Fewest < _before + produced && Stopwatch.GetTimestamp() < deadline)
        {
            Thread.Sleep(1);
        }

        return produced;
    }
}
