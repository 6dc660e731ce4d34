namespace KafkaConsume.Yarp.Leasing;

/// <summary>Those who wait until Kafka has a partition's commit.</summary>
internal sealed class CommitConfirmations
{
    // What is to be committed never falls, so whoever came first is told first.
    private readonly Queue<(long Offset, TaskCompletionSource<bool> Told)> _waiting = new();
    private (long Offset, Task<bool> Told)? _last;

    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Waits until an offset is committed. However many wait for the same one, they cost as much as one.</summary>
    /// <returns>False if the ownership ended before Kafka said so.</returns>
    public Task<bool> WaitAsync(long offset)
    {
        if (_waiting.Count > 0 && _last is { } last && last.Offset >= offset)
        {
            return last.Told;
        }

        var told = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue((offset, told));
        _last = (offset, told.Task);
        return told.Task;
    }

    public void Reached(long offset)
    {
        while (_waiting.TryPeek(out var first) && first.Offset <= offset)
        {
            _waiting.Dequeue().Told.SetResult(true);
        }
    }

    public void End()
    {
        while (_waiting.TryDequeue(out var first))
        {
            first.Told.SetResult(false);
        }
    }
}
