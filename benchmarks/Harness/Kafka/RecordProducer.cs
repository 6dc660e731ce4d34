using System.Diagnostics;
using System.Globalization;

namespace Harness.Kafka;

/// <summary>Produces records of one size whose values begin with the time, at a pace or as far ahead of the clients as it may be.</summary>
internal sealed class RecordProducer(string brokers) : IDisposable
{
    /// <summary>What a name begins with that is no topic but a port to post to.</summary>
    public const string PostPrefix = "post:";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _news = new(0);
    private (string Name, IRecordTarget Target)? _current;
    private long _acknowledged;
    private bool _isStopped;

    /// <summary>Runs an order on a thread of its own, and writes how many records it has produced when it is done, or what went wrong.</summary>
    public void Begin(Func<long> order)
    {
        Volatile.Write(ref _isStopped, false);
        Volatile.Write(ref _acknowledged, 0);
        new Thread(() => Console.Out.WriteLine(Try(order))) { IsBackground = true, Name = "producer" }.Start();
    }

    /// <summary>Produces so many records a second in bursts, until there are enough or it is stopped.</summary>
    public long Pace(string name, int recordsPerSecond, int burst, int count, int valueBytes)
    {
        var target = TargetOf(name);
        var started = Stopwatch.GetTimestamp();
        var produced = 0;
        for (; produced < count && !Volatile.Read(ref _isStopped); produced += burst)
        {
            var due = started + ((long)produced * Stopwatch.Frequency / recordsPerSecond);
            while (Stopwatch.GetTimestamp() is var now && now < due)
            {
                Thread.Sleep(Stopwatch.GetElapsedTime(now, due) + TimeSpan.FromMilliseconds(0.5));
            }

            target.Produce(burst, valueBytes);
        }

        target.Flush();
        return produced;
    }

    /// <summary>Produces bursts as long as no more than a window of records is behind them, until it is stopped.</summary>
    public long Fill(string name, int burst, int window, int valueBytes)
    {
        var target = TargetOf(name);
        var produced = 0L;
        while (!Volatile.Read(ref _isStopped))
        {
            if (produced + burst - Volatile.Read(ref _acknowledged) > window)
            {
                _news.Wait(Patience);
                continue;
            }

            target.Produce(burst, valueBytes);
            produced += burst;
        }

        target.Flush();
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
        _current?.Target.Dispose();
        _news.Dispose();
    }

    private static string Try(Func<long> order)
    {
        try
        {
            return order().ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception failure)
        {
            return $"failed: {failure.Message.ReplaceLineEndings(" ")}";
        }
    }

    private IRecordTarget TargetOf(string name)
    {
        if (_current is not { } current || current.Name != name)
        {
            _current?.Target.Dispose();
            IRecordTarget target = name.StartsWith(PostPrefix, StringComparison.Ordinal)
                ? new PostTarget(int.Parse(name.AsSpan(PostPrefix.Length), CultureInfo.InvariantCulture))
                : new KafkaTarget(brokers, name);
            _current = (name, target);
        }

        return _current.Value.Target;
    }
}
