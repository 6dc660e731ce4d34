namespace KafkaConsume.Yarp.Leasing;

/// <summary>A request's use of a consumer: while there is one, the consumer is not idle.</summary>
internal sealed class GroupLease(GroupConsumer consumer, Action release) : IDisposable
{
    private Action? _release = release;

    public GroupConsumer Consumer { get; } = consumer;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
