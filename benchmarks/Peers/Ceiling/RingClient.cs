using System.Threading.Tasks.Sources;

namespace Peers.Ceiling;

/// <summary>A client: a position in the ring, and a task that is used again and again.</summary>
internal sealed class RingClient : IValueTaskSource
{
    private readonly ByteRing _ring;
    private ManualResetValueTaskSourceCore<bool> _source;
    private long _position;

    public RingClient(ByteRing ring)
    {
        _ring = ring;
        _position = ring.Head;
    }

    /// <summary>Waits until there is something to read.</summary>
    public ValueTask WaitAsync()
    {
        if (_ring.Head != _position)
        {
            return default;
        }

        _source.Reset();
        return _ring.TryWait(this, _position) ? new ValueTask(this, _source.Version) : default;
    }

    public ReadOnlyMemory<byte> Read() => _ring.Read(_position);

    /// <summary>Goes on behind what was read and copied; false if it was overwritten meanwhile.</summary>
    public bool TryAdvance(int length)
    {
        var isIntact = _ring.IsIntact(_position);
        _position += length;
        return isIntact;
    }

    /// <summary>Goes on with the client on this thread, up to its next wait: on one core half the price of a thread of the pool.</summary>
    public void Wake() => _source.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
