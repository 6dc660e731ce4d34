using System.Threading.Tasks.Sources;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Where one client waits: a task that is used again and again, and a work item for the thread that goes on with it.</summary>
/// <param name="isStream">
/// Whether what follows a wake is a write and the next wait, so that many can be woken one after the other on one thread. A request that
/// ends goes on in the application's pipeline, which may take its time.
/// </param>
internal sealed class TailParking(bool isStream = true) : IValueTaskSource<TailWake>, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Parked = 1;
    private const int Waking = 2;

    private ManualResetValueTaskSourceCore<TailWake> _source;
    private int _state;
    private int _reasons;
    private bool _isClosed;

    /// <summary>Gets or sets the place in the log's list of waiters. The list's own.</summary>
    public int WaiterIndex { get; set; } = -1;

    public bool IsParked => Volatile.Read(ref _state) == Parked;

    /// <summary>Parks; whoever calls looks once more for what it waits for, and wakes it if that is there, before it awaits the task.</summary>
    public ValueTask<TailWake> Park()
    {
        _source.Reset();

        // A full fence: what is looked at next must not be read before this is seen.
        Interlocked.Exchange(ref _state, Parked);
        if (Volatile.Read(ref _isClosed))
        {
            Wake(TailWake.Closed);
        }

        return new ValueTask<TailWake>(this, _source.Version);
    }

    /// <summary>Lets the client go on, on a thread of the pool.</summary>
    public void Wake(TailWake reason)
    {
        if (TryBeginWake(reason))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Lets the client go on, on this thread up to where it waits again, if it is a stream.</summary>
    public void WakeHere(TailWake reason)
    {
        if (!isStream)
        {
            Wake(reason);
        }
        else if (TryBeginWake(reason))
        {
            Complete();
        }
    }

    /// <summary>Ends all waiting, now and later.</summary>
    public void Close()
    {
        Volatile.Write(ref _isClosed, true);
        Wake(TailWake.Closed);
    }

    void IThreadPoolWorkItem.Execute() => Complete();

    TailWake IValueTaskSource<TailWake>.GetResult(short token)
    {
        var result = _source.GetResult(token);
        Volatile.Write(ref _state, Idle);
        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<TailWake>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<TailWake>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private bool TryBeginWake(TailWake reason)
    {
        Interlocked.Or(ref _reasons, (int)reason);
        return Interlocked.CompareExchange(ref _state, Waking, Parked) == Parked;
    }

    private void Complete() => _source.SetResult((TailWake)Interlocked.Exchange(ref _reasons, 0));
}
