namespace KafkaConsume.Yarp.Tests.Transports;

/// <summary>A stream whose reader never comes.</summary>
internal sealed class BlockedStream : MemoryStream
{
    private readonly TaskCompletionSource _never = new();

    public int Writes { get; private set; }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Writes++;
        return new ValueTask(_never.Task);
    }
}
