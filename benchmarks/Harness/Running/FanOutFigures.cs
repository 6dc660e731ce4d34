using Harness.Loading;

namespace Harness.Running;

/// <summary>What a server did in all the spans of a cell together.</summary>
internal sealed class FanOutFigures
{
    private readonly LatencyHistogram _latencies = new();

    public TimeSpan Cpu { get; set; }

    public double Seconds { get; set; }

    public long Produced { get; set; }

    public long Records { get; set; }

    public long Bytes { get; set; }

    public long Reads { get; set; }

    public double Allocated { get; set; }

    public long Lost { get; set; }

    public double RssMb { get; set; }

    public double AllocatedPerRecord => Allocated / Produced;

    public void Add(LatencyHistogram latencies) => _latencies.Add(latencies);

    public Dictionary<string, double> ToDictionary() => new(StringComparer.Ordinal)
    {
        ["microseconds"] = Cpu.TotalMicroseconds / Records,
        ["perCore"] = Records / Cpu.TotalSeconds,
        ["perSecond"] = Records / Seconds,
        ["core"] = Cpu.TotalSeconds / Seconds,
        ["p50"] = _latencies.PercentileMs(0.5),
        ["p99"] = _latencies.PercentileMs(0.99),
        ["max"] = _latencies.MaxMs,
        ["wireBytes"] = (double)Bytes / Records,
        ["perRead"] = (double)Records / Reads,
        ["allocated"] = Allocated / Records,
        ["allocatedPerRecord"] = AllocatedPerRecord,
        ["rssMb"] = RssMb,
        ["lost"] = Lost,
    };
}
