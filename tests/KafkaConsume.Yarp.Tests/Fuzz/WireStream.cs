namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>A connection on which all that a client sends is there at once, and what it is sent is only counted.</summary>
internal sealed class WireStream(byte[] received) : MemoryStream(received, writable: false)
{
    public long Sent { get; private set; }

    public override bool CanWrite => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Sent += buffer.Length;
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Sent += count;
        return Task.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer) => Sent += buffer.Length;

    public override void Write(byte[] buffer, int offset, int count) => Sent += count;
}
