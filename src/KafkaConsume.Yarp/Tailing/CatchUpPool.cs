using KafkaConsume.Yarp.Configuration;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>A bounded number of consumers that read the past of one connection, lent to one client at a time, first come first served.</summary>
internal sealed class CatchUpPool(KafkaConnection connection, int size, bool isPortable, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    private readonly SemaphoreSlim _free = new(size);
    private readonly Lock _gate = new();
    private readonly Stack<CatchUpConsumer> _idle = [];
    private long _lastUse = time.GetTimestamp();
    private int _waiting;
    private bool _isDisposed;

    /// <summary>Gets a value indicating whether somebody waits for a consumer, so that whoever has one should give it back soon.</summary>
    public bool HasWaiters => Volatile.Read(ref _waiting) > 0;

    /// <summary>Borrows a consumer, or gives null when none came free in time.</summary>
    public async ValueTask<CatchUpConsumer?> BorrowAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            if (!await _free.WaitAsync(patience, cancellationToken))
            {
                return null;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        lock (_gate)
        {
            if (_idle.TryPop(out var consumer))
            {
                return consumer;
            }
        }

        return new CatchUpConsumer(connection, isPortable, time, loggers.CreateLogger<CatchUpConsumer>());
    }

    public void Return(CatchUpConsumer consumer)
    {
        lock (_gate)
        {
            _lastUse = time.GetTimestamp();
            if (_isDisposed)
            {
                consumer.Dispose();
            }
            else
            {
                _idle.Push(consumer);
            }
        }

        _free.Release();
    }

    /// <summary>Closes the consumers when nobody has needed one for a while.</summary>
    public void Sweep(TimeSpan idleTimeout)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_lastUse) >= idleTimeout)
            {
                CloseIdle();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            CloseIdle();
        }
    }

    private void CloseIdle()
    {
        while (_idle.TryPop(out var consumer))
        {
            consumer.Dispose();
        }
    }
}
