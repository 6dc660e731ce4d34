namespace KafkaConsume.Yarp.Leasing;

/// <summary>A request that waits for its first record.</summary>
internal sealed class TakeWaiter(int maxRecords, int maxBytes, string? user)
{
    private readonly TaskCompletionSource<RecordBatch> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int MaxRecords { get; } = maxRecords;

    public int MaxBytes { get; } = maxBytes;

    public string? User { get; } = user;

    public Task<RecordBatch> Result => _result.Task;

    /// <summary>Gets or sets what ends the waiting when no record comes.</summary>
    public ITimer? Deadline { get; set; }

    /// <summary>Gets or sets what ends the waiting when the client goes.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    public void Complete(RecordBatch batch)
    {
        Release();
        _result.TrySetResult(batch);
    }

    public void Fail(Exception exception)
    {
        Release();
        _result.TrySetException(exception);
    }

    public void Cancel(CancellationToken cancellationToken)
    {
        Release();
        _result.TrySetCanceled(cancellationToken);
    }

    // Neither of the two waits for a callback that is running: it may be waiting for the lock that our caller holds.
    private void Release()
    {
        Deadline?.Dispose();
        Cancellation.Unregister();
    }
}
