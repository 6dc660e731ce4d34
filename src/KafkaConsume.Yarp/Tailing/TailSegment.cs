using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// A piece of the tail: framed records back to back, ready to be sent. One thread writes, any number read what has been published
/// without a lock. The bytes go back to the pool when the tail has dropped the segment and no reader holds it; the index stays,
/// so that a reader who was too slow still knows where it stood.
/// </summary>
internal sealed class TailSegment(long[] startPositions, int capacity)
{
    private const int MaxEntries = 512;

    private readonly byte[] _bytes = BufferArrays.Rent(capacity);
    private readonly TailEntry[] _entries = new TailEntry[MaxEntries];
    private TailSegment? _next;
    private int _written;
    private int _published;
    private int _pins = 1;

    /// <summary>Gets the next offset of every partition at the segment's first byte.</summary>
    public long[] StartPositions { get; } = startPositions;

    public int Capacity => _bytes.Length;

    /// <summary>Gets how many entries readers may read. Read <see cref="Next"/> first: once that is there, this is final.</summary>
    public int Count => Volatile.Read(ref _published);

    public TailSegment? Next
    {
        get => Volatile.Read(ref _next);
        set => Volatile.Write(ref _next, value);
    }

    public TailEntry this[int index] => _entries[index];

    public bool TryAppend(ReadOnlySpan<byte> bytes, int partition, long offset)
    {
        var start = StartOf(_written);
        if (_written == MaxEntries || bytes.Length > _bytes.Length - start)
        {
            return false;
        }

        bytes.CopyTo(_bytes.AsSpan(start));
        _entries[_written++] = new TailEntry(start + bytes.Length, partition, offset);
        return true;
    }

    public void Publish() => Volatile.Write(ref _published, _written);

    /// <summary>Gets the bytes of some entries. Only between <see cref="TryPin"/> and <see cref="Unpin"/>.</summary>
    public ReadOnlyMemory<byte> Slice(int from, int to)
    {
        var start = StartOf(from);
        return _bytes.AsMemory(start, StartOf(to) - start);
    }

    /// <summary>Gets the next offset of every partition after the entries before <paramref name="index"/>.</summary>
    public long[] PositionsAt(int index)
    {
        var positions = (long[])StartPositions.Clone();
        foreach (var entry in _entries.AsSpan(0, index))
        {
            if (entry.Partition >= 0)
            {
                positions[entry.Partition] = entry.Offset + 1;
            }
        }

        return positions;
    }

    public bool TryPin()
    {
        var pins = Volatile.Read(ref _pins);
        while (pins > 0)
        {
            var seen = Interlocked.CompareExchange(ref _pins, pins + 1, pins);
            if (seen == pins)
            {
                return true;
            }

            pins = seen;
        }

        return false;
    }

    public void Unpin()
    {
        if (Interlocked.Decrement(ref _pins) == 0)
        {
            BufferArrays.Return(_bytes);
        }
    }

    private int StartOf(int index) => index == 0 ? 0 : _entries[index - 1].End;
}
