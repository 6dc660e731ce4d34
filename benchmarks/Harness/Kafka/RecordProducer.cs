using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Harness.Loading;

namespace Harness.Kafka;

/// <summary>Produces records of one size whose values begin with the time, at a pace or as far ahead of the clients as it may be.</summary>
internal sealed class RecordProducer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IProducer<Null, byte[]> _single;
    private readonly IProducer<Null, byte[]> _batched;
    private readonly SemaphoreSlim _news = new(0);
    private long _acknowledged;
    private bool _isStopped;

    public RecordProducer(string brokers)
    {
        _single = Build(brokers, lingerMs: 0, batch: 10_000);
        _batched = Build(brokers, lingerMs: 50, batch: 100);
    }

    /// <summary>Runs an order on a thread of its own, and writes how many records it has produced when it is done.</summary>
    public void Begin(Func<long> order)
    {
        Volatile.Write(ref _isStopped, false);
        Volatile.Write(ref _acknowledged, 0);
        new Thread(() => Console.Out.WriteLine(order())) { IsBackground = true, Name = "producer" }.Start();
    }

    /// <summary>Produces so many records a second in bursts.</summary>
    public long Pace(string topic, int recordsPerSecond, int burst, int count, int valueBytes)
    {
        var started = Stopwatch.GetTimestamp();
        for (var produced = 0; produced < count; produced += burst)
        {
            var due = started + ((long)produced * Stopwatch.Frequency / recordsPerSecond);
            while (Stopwatch.GetTimestamp() is var now && now < due)
            {
                Thread.Sleep(Stopwatch.GetElapsedTime(now, due) + TimeSpan.FromMilliseconds(0.5));
            }

            Produce(topic, burst, valueBytes);
        }

        Flush();
        return count;
    }

    /// <summary>Produces bursts as long as no more than a window of records is behind them, until it is stopped.</summary>
    public long Fill(string topic, int burst, int window, int valueBytes)
    {
        var produced = 0L;
        while (!Volatile.Read(ref _isStopped))
        {
            if (produced + burst - Volatile.Read(ref _acknowledged) > window)
            {
                _news.Wait(Patience);
                continue;
            }

            Produce(topic, burst, valueBytes);
            produced += burst;
        }

        Flush();
        return produced;
    }

    /// <summary>Is told how many records of this order have arrived.</summary>
    public void Acknowledge(long count)
    {
        Volatile.Write(ref _acknowledged, count);
        _news.Release();
    }

    public void Stop()
    {
        Volatile.Write(ref _isStopped, true);
        _news.Release();
    }

    public void Dispose()
    {
        _single.Dispose();
        _batched.Dispose();
        _news.Dispose();
    }

    private static IProducer<Null, byte[]> Build(string brokers, double lingerMs, int batch) =>
        new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = brokers,
            Acks = Acks.Leader,
            LingerMs = lingerMs,
            BatchNumMessages = batch,
        }).Build();

    private void Produce(string topic, int burst, int valueBytes)
    {
        var producer = burst == 1 ? _single : _batched;
        var partition = new TopicPartition(topic, 0);
        for (var index = 0; index < burst; index++)
        {
            var start = $"{{\"ts\":{RecordScanner.Stamp(Stopwatch.GetTimestamp())},\"p\":\"";
            var value = Encoding.ASCII.GetBytes(start + new string('x', valueBytes - start.Length - 2) + "\"}");
            producer.Produce(partition, new Message<Null, byte[]> { Value = value });
        }
    }

    private void Flush()
    {
        _single.Flush(Patience);
        _batched.Flush(Patience);
    }
}
