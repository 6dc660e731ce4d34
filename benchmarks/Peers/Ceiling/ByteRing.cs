namespace Peers.Ceiling;

/// <summary>
/// The last bytes of a stream that everybody gets: one thread appends, clients read behind positions of their own. Who waits is in a list.
/// </summary>
internal sealed class ByteRing
{
    private const int Size = 16 * 1024 * 1024;
    private const int MaxBlock = 64 * 1024;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
    private readonly Lock _gate = new();
    private RingClient[] _waiting = new RingClient[16];
    private RingClient[] _woken = new RingClient[16];
    private int _count;
    private long _written;
    private long _head;

    /// <summary>Gets the position behind the last published byte.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Appends bytes that nobody sees yet. For the one thread that writes.</summary>
    public void Append(ReadOnlySpan<byte> record)
    {
        var start = (int)(_written % Size);
        var first = Math.Min(record.Length, Size - start);
        record[..first].CopyTo(_bytes.AsSpan(start));
        record[first..].CopyTo(_bytes);
        Volatile.Write(ref _written, _written + record.Length);
    }

    /// <summary>Shows what was appended and wakes all who wait. For the one thread that writes.</summary>
    public void Publish()
    {
        int count;
        lock (_gate)
        {
            Volatile.Write(ref _head, _written);
            (_waiting, _woken) = (_woken, _waiting);
            count = _count;
            _count = 0;
        }

        for (var index = 0; index < count; index++)
        {
            _woken[index].Wake();
        }
    }

    /// <summary>Gets what is there behind a position, as much as lies in one piece, up to 64 KiB.</summary>
    public ReadOnlyMemory<byte> Read(long position)
    {
        var start = (int)(position % Size);
        var length = Math.Min(Math.Min(Head - position, MaxBlock), Size - start);
        return _bytes.AsMemory(start, (int)length);
    }

    /// <summary>Says whether bytes behind a position were still there when they were copied.</summary>
    public bool IsIntact(long position) => Volatile.Read(ref _written) - position <= Size;

    /// <summary>Lists a client to be woken.</summary>
    /// <returns>False if there is something to read already.</returns>
    public bool TryWait(RingClient client, long position)
    {
        lock (_gate)
        {
            if (_head != position)
            {
                return false;
            }

            if (_count == _waiting.Length)
            {
                Array.Resize(ref _waiting, _count * 2);
            }

            _waiting[_count++] = client;
            return true;
        }
    }
}
