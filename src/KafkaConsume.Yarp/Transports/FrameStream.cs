using System.Buffers.Binary;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// The stream under a WebSocket, shared by two writers: the framework's socket (handshake, pings, close) and the broadcast, which
/// writes frames that were built once for all. Each write is one or more whole frames, so one lock keeps them apart. It also sees whether
/// the client still lives: the framework's pings would cost a timer for each connection.
/// </summary>
internal sealed class FrameStream(Stream inner, TimeProvider time) : Stream
{
    private static readonly byte[] PingFrame = [0x89, 0x00];

    private readonly SemaphoreSlim _writing = new(1);
    private long _lastRead = time.GetTimestamp();
    private PongReader? _pongs;
    private Action? _arrived;
    private long _probe;
    private bool _isPinged;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gets the number of the last probe that the client has answered, or 0.</summary>
    public long LastArrived => _pongs?.Last ?? 0;

    /// <summary>Looks for answers to probes in what the client sends. To be called before anything is read.</summary>
    /// <param name="arrived">Called when there was one.</param>
    public void WatchArrivals(Action arrived) => (_pongs, _arrived) = (new PongReader(), arrived);

    /// <summary>Sends a ping with a number, whose pong shows that all that was sent before it has been read.</summary>
    public ValueTask ProbeAsync(long number)
    {
        Volatile.Write(ref _probe, number);
        var frame = new byte[PingFrame.Length + PongReader.PayloadLength];
        PingFrame.CopyTo(frame, 0);
        frame[1] = PongReader.PayloadLength;
        BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(PingFrame.Length), number);
        return WriteAsync(frame);
    }

    /// <summary>Pings a client that has been silent. Whatever it sends is a sign of life, and its pong is the least.</summary>
    /// <param name="now">The time.</param>
    /// <param name="interval">After how much silence to ping.</param>
    /// <param name="patience">How long to wait for an answer.</param>
    /// <returns>False if there was none.</returns>
    public bool IsAlive(long now, TimeSpan interval, TimeSpan patience)
    {
        var silence = time.GetElapsedTime(Volatile.Read(ref _lastRead), now);
        if (silence < interval)
        {
            _isPinged = false;
        }
        else if (!_isPinged && _writing.Wait(0))
        {
            // Where something is being written the client is not idle, and the write has a deadline of its own.
            _isPinged = true;
            _ = PingAsync();
        }

        return !_isPinged || silence < interval + patience;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Whoever reads on has read something before.
        Volatile.Write(ref _lastRead, time.GetTimestamp());
        return _pongs is null ? inner.ReadAsync(buffer, cancellationToken) : ReadPongsAsync(_pongs, buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await inner.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadPongsAsync(PongReader pongs, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        if (pongs.Read(buffer.Span[..count], Volatile.Read(ref _probe)))
        {
            _arrived!();
        }

        return count;
    }

    /// <summary>Writes a ping, with the lock held.</summary>
    private async Task PingAsync()
    {
        try
        {
            await inner.WriteAsync(PingFrame);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is gone, which whoever reads hears of.
        }
        finally
        {
            _writing.Release();
        }
    }
}
