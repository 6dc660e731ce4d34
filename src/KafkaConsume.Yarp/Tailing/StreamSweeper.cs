using Microsoft.Extensions.Hosting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>One timer for all streams: heartbeats, writes that take too long, and streams that are to end.</summary>
internal sealed class StreamSweeper : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _stopping;
    private ISweepTarget[] _targets = new ISweepTarget[16];
    private int _count;

    public StreamSweeper(TimeProvider time, IHostApplicationLifetime application)
    {
        _time = time;
        _stopping = application.ApplicationStopping.UnsafeRegister(static sweeper => ((StreamSweeper)sweeper!).Sweep(), this);
        _timer = time.CreateTimer(static state => ((StreamSweeper)state!).Sweep(), this, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public void Add(ISweepTarget target)
    {
        lock (_gate)
        {
            if (_count == _targets.Length)
            {
                Array.Resize(ref _targets, _count * 2);
            }

            target.SweepIndex = _count;
            _targets[_count++] = target;
        }
    }

    public void Remove(ISweepTarget target)
    {
        lock (_gate)
        {
            var last = _targets[--_count];
            _targets[target.SweepIndex] = last;
            last.SweepIndex = target.SweepIndex;
            _targets[_count] = null!;
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _timer.Dispose();
    }

    /// <summary>Looks at all, now: once a second, and when something has ended that streams depend on.</summary>
    public void Sweep()
    {
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            foreach (var target in _targets.AsSpan(0, _count))
            {
                target.Sweep(now);
            }
        }
    }
}
