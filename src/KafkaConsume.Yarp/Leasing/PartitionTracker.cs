namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Which records of one partition have been dealt with, during one ownership of it. Offsets come in ascending order and are settled
/// in any order; what may be committed never passes the first one that is not settled.
/// </summary>
internal sealed class PartitionTracker
{
    // A ring of the records that the commit has not passed, oldest first. Its length is a power of two.
    private TrackedRecord?[] _ring = new TrackedRecord?[16];
    private int _head;

    /// <summary>
    /// Gets what Kafka means by a committed offset: the next one to read when all below it have been dealt with. It never falls.
    /// </summary>
    public long CommitOffset => Span > 0 ? this[0].Offset : NextOffset;

    /// <summary>Gets the leader epoch of the last record below <see cref="CommitOffset"/>, where it is known.</summary>
    public int? LeaderEpoch { get; private set; }

    /// <summary>Gets the offset up to which the partition has been read: smaller ones do not come any more.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Gets how many records are kept, from the first unsettled one on.</summary>
    public int Span { get; private set; }

    /// <summary>Gets one of the records that are kept, the first of which is not settled.</summary>
    public TrackedRecord this[int index] => _ring[Slot(index)]!;

    /// <summary>Takes note of the next record.</summary>
    /// <returns>False if it is not behind all earlier ones; then nothing has changed.</returns>
    public bool Add(TrackedRecord record)
    {
        if (record.Offset < NextOffset)
        {
            return false;
        }

        if (Span == _ring.Length)
        {
            Grow();
        }

        _ring[Slot(Span++)] = record;
        NextOffset = record.Offset + 1;
        return true;
    }

    /// <summary>
    /// Takes note that no record below an offset is still to come: what has not come by now does not exist. Reading starts
    /// with this too.
    /// </summary>
    public void Advance(long offset) => NextOffset = Math.Max(NextOffset, offset);

    /// <summary>Passes the records that have been settled, up to the first that has not. To be called after one was.</summary>
    public void Pass()
    {
        while (Span > 0 && this[0] is { State: RecordState.Settled } settled)
        {
            LeaderEpoch = settled.LeaderEpoch;
            _ring[_head] = null;
            _head = Slot(1);
            Span--;
        }
    }

    /// <summary>Gets the record at an offset; null if it has been passed, or if there is none.</summary>
    public TrackedRecord? Find(long offset)
    {
        var index = IndexFrom(offset);
        return index < Span && this[index].Offset == offset ? this[index] : null;
    }

    /// <summary>Finds the first record at or behind an offset: at once where there are no holes, by halving where there are.</summary>
    public int IndexFrom(long offset)
    {
        if (Span == 0 || offset <= this[0].Offset)
        {
            return 0;
        }

        var low = 0;
        var high = (int)Math.Min(Span, offset - this[0].Offset);
        if (high < Span && this[high].Offset == offset)
        {
            return high;
        }

        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle].Offset < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Grow()
    {
        var ring = new TrackedRecord?[_ring.Length * 2];
        for (var index = 0; index < Span; index++)
        {
            ring[index] = this[index];
        }

        _ring = ring;
        _head = 0;
    }

    private int Slot(int index) => (_head + index) & (_ring.Length - 1);
}
