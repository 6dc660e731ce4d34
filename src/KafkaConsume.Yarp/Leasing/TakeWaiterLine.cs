namespace KafkaConsume.Yarp.Leasing;

/// <summary>The requests that wait, first come first served. Used under its owner's lock, which its own callbacks take too.</summary>
internal sealed class TakeWaiterLine(Lock gate, TimeProvider time)
{
    private readonly LinkedList<TakeWaiter> _waiters = new();

    public int Count => _waiters.Count;

    /// <summary>Puts a request at the end of the line, until it is served, has waited for long enough or is given up.</summary>
    public Task<RecordBatch> Add(TakeWaiter waiter, TimeSpan wait, CancellationToken cancellationToken)
    {
        var place = _waiters.AddLast(waiter);
        waiter.Deadline = time.CreateTimer(_ => End(place, static ended => ended.Complete(RecordBatch.Empty)), null, wait, Timeout.InfiniteTimeSpan);
        waiter.Cancellation = cancellationToken.UnsafeRegister((_, token) => End(place, ended => ended.Cancel(token)), null);
        return waiter.Result;
    }

    public TakeWaiter Dequeue()
    {
        var waiter = _waiters.First!.Value;
        _waiters.RemoveFirst();
        return waiter;
    }

    private void End(LinkedListNode<TakeWaiter> place, Action<TakeWaiter> end)
    {
        lock (gate)
        {
            if (place.List is not null)
            {
                _waiters.Remove(place);
                end(place.Value);
            }
        }
    }
}
