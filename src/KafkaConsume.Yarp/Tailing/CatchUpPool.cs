using KafkaConsume.Yarp.Configuration;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// A bounded number of consumers that read the past of one connection, a piece at a time, first come first served. Clients that are near
/// each other share: whoever asks for what is being read waits for that, and pieces are kept for a while.
/// </summary>
internal sealed class CatchUpPool(KafkaConnection connection, int size, bool isPortable, TailMemory memory, ILoggerFactory loggers) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<CatchUpJob> _line = [];
    private readonly List<CatchUpJob> _reading = [];
    private readonly List<CatchUpConsumer> _idle = [];
    private readonly CatchUpCache _cache = new(memory);
    private long _lastUse = memory.Time.GetTimestamp();
    private int _consumers;
    private bool _isDisposed;

    /// <summary>Asks for the next piece for a client.</summary>
    public CatchUpTicket Ask(CatchUpRequest request)
    {
        lock (_gate)
        {
            if (_cache.Find(request) is { } piece)
            {
                return new CatchUpTicket(Task.FromResult(piece), piece.Release);
            }

            var job = _reading.Find(other => other.Request.Serves(request)) ?? _line.FirstOrDefault(other => other.Request.Serves(request));
            if (job is null)
            {
                job = new CatchUpJob(request);
                _line.AddLast(job);
            }

            job.Waiting++;
            Start();
            return new CatchUpTicket(job.Piece, () => Leave(job));
        }
    }

    /// <summary>Closes the consumers when nobody has needed one for a while, and drops pieces that nobody has.</summary>
    public void Sweep(TimeSpan idleTimeout)
    {
        lock (_gate)
        {
            _cache.DropOld();
            if (memory.Time.GetElapsedTime(_lastUse) >= idleTimeout)
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
            _line.Clear();
            CloseIdle();
        }

        _cache.Dispose();
    }

    /// <summary>Gives work to consumers that have none. Under the lock.</summary>
    private void Start()
    {
        while (_line.First is { Value: var job } && (_idle.Count > 0 || _consumers < size))
        {
            _line.RemoveFirst();
            _reading.Add(job);
            _ = ReadAsync(TakeConsumer(job.Request), job);
        }
    }

    /// <summary>Takes the consumer that has fetched ahead what is asked for, or any other.</summary>
    private CatchUpConsumer TakeConsumer(CatchUpRequest request)
    {
        var index = _idle.FindIndex(consumer => consumer.IsAt(request));
        if (index < 0 && _consumers < size)
        {
            _consumers++;
            return new CatchUpConsumer(connection, isPortable, memory, loggers.CreateLogger<CatchUpConsumer>());
        }

        index = Math.Max(index, 0);
        var taken = _idle[index];
        _idle.RemoveAt(index);
        return taken;
    }

    private async Task ReadAsync(CatchUpConsumer consumer, CatchUpJob job)
    {
        var piece = await consumer.ReadAsync(job.Request);
        lock (_gate)
        {
            _reading.Remove(job);
            job.Complete(piece);
            if (!_isDisposed && piece is { IsEmpty: false, Problem: null })
            {
                _cache.Add(piece);
            }

            piece.Release();
            _lastUse = memory.Time.GetTimestamp();
            _idle.Add(consumer);
            if (_isDisposed)
            {
                CloseIdle();
            }

            Start();
        }

        _cache.Trim();
    }

    private void Leave(CatchUpJob job)
    {
        lock (_gate)
        {
            if (job.Piece.IsCompleted)
            {
                job.Piece.Result.Release();
            }
            else if (--job.Waiting == 0)
            {
                _line.Remove(job);
            }
        }
    }

    private void CloseIdle()
    {
        foreach (var consumer in _idle)
        {
            consumer.Dispose();
            _consumers--;
        }

        _idle.Clear();
    }
}
