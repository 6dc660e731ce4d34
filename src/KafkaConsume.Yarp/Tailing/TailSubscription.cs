using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>A client's hold on a source and on what it needs beside it. While one is held, the source is kept.</summary>
internal sealed class TailSubscription(TailSource source, CatchUpPool catchUp, Action release) : IDisposable
{
    private Action? _release = release;

    public TailSource Source { get; } = source;

    public CatchUpPool CatchUp { get; } = catchUp;

    public KafkaCluster Cluster => Source.Cluster;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
