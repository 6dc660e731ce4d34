using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;

namespace Peers.Bare;

/// <summary>A consumer that takes the time of each record and does nothing else.</summary>
internal sealed class LoneConsumer(PeerOptions options)
{
    private const long FirstDigit = 1_000_000_000_000_000_000;
    private const int StampDigits = 19;

    private static readonly int StampStart = "{\"ts\":".Length;

    private readonly Lock _gate = new();
    private readonly List<long> _latencies = new(capacity: 1 << 16);
    private long _count;

    public string Count => Volatile.Read(ref _count).ToString(CultureInfo.InvariantCulture);

    public void Start() => new Thread(Run) { IsBackground = true, Name = "consumer" }.Start();

    /// <summary>Gives the median, the 99th percentile and the most of what was measured since the last time, in milliseconds.</summary>
    public string TakeLatencies()
    {
        lock (_gate)
        {
            _latencies.Sort();
            var (p50, p99, most) = (At(0.5), At(0.99), At(1));
            _latencies.Clear();
            return string.Create(CultureInfo.InvariantCulture, $"{p50} {p99} {most}");
        }
    }

    private double At(double share) =>
        _latencies.Count == 0 ? 0 : _latencies[Math.Max(0, (int)Math.Ceiling(_latencies.Count * share) - 1)] * 1000.0 / Stopwatch.Frequency;

    private void Add(long latency)
    {
        lock (_gate)
        {
            if (_latencies.Count < _latencies.Capacity)
            {
                _latencies.Add(latency);
            }
        }
    }

    private void Run()
    {
        var config = new ConsumerConfig(ConsumerSettings.Of(options)) { ConsumeResultFields = "none" };
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(config).Build();
        consumer.Assign(new TopicPartitionOffset(options.Topic, 0, 0));
        while (true)
        {
            var value = consumer.Consume(Timeout.Infinite).Message.Value;
            var now = Stopwatch.GetTimestamp();
            if (Utf8Parser.TryParse(value.AsSpan(StampStart, StampDigits), out long stamp, out _))
            {
                Add(now - (stamp - FirstDigit));
            }

            Volatile.Write(ref _count, _count + 1);
        }
    }
}
