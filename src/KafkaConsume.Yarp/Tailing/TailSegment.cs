namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// A piece of the tail, or of the past: framed records back to back, ready to be sent. One thread writes, any number read what has been
/// published without a lock. The bytes are rented with the first record and go back when nobody keeps the segment and no reader holds
/// it; the index stays, so that a reader who was too slow still knows where it stood.
/// </summary>
internal sealed class TailSegment(long[] startPositions, TailBudget budget)
{
    private const int MinBytes = 64 * 1024;
    private const int MaxEntries = 512;

    private byte[] _bytes = [];
    private TailEntry[] _entries = [];
    private TailSegment? _next;
    private int _written;
    private int _published;
    private int _pins = 1;

    /// <summary>Gets the next offset of every partition at the segment's first byte.</summary>
    public long[] StartPositions { get; } = startPositions;

    /// <summary>Gets how many bytes it takes.</summary>
    public int Size => _bytes.Length;

    /// <summary>Gets or sets when the last record was published.</summary>
    public long LastUse { get; set; }

    /// <summary>Gets how many entries readers may read. Read <see cref="Next"/> first: once that is there, this is final.</summary>
    public int Count => Volatile.Read(ref _published);

    public TailSegment? Next
    {
        get => Volatile.Read(ref _next);
        set => Volatile.Write(ref _next, value);
    }

    public TailEntry this[int index] => _entries[index];

    /// <returns>False if there is no room left; there always is for a first record.</returns>
    public bool TryAppend(ReadOnlySpan<byte> bytes, int partition, long offset)
    {
        var start = StartOf(_written);
        if (_written == MaxEntries || (bytes.Length > _bytes.Length - start && start > 0))
        {
            return false;
        }

        if (bytes.Length > _bytes.Length)
        {
            _bytes = budget.Rent(Math.Max(MinBytes, bytes.Length));
        }

        if (_entries.Length == 0)
        {
            _entries = new TailEntry[MaxEntries];
        }

        bytes.CopyTo(_bytes.AsSpan(start));
        _entries[_written++] = new TailEntry(start + bytes.Length, partition, offset);
        return true;
    }

    public void Publish() => Volatile.Write(ref _published, _written);

    /// <summary>Gets how many bytes some entries have.</summary>
    public int Length(int from, int to) => StartOf(to) - StartOf(from);

    /// <summary>Gets the bytes of some entries. Only between <see cref="TryPin"/> and <see cref="Unpin"/>.</summary>
    public ReadOnlyMemory<byte> Slice(int from, int to) => _bytes.AsMemory(StartOf(from), Length(from, to));

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
        if (Interlocked.Decrement(ref _pins) == 0 && _bytes.Length > 0)
        {
            budget.Return(_bytes);
        }
    }

    private int StartOf(int index) => index == 0 ? 0 : _entries[index - 1].End;
}
