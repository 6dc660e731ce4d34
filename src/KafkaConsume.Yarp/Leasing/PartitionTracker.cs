namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Which records of one partition have been dealt with, during one ownership of it. Offsets come in ascending order and are settled
/// in any order; what may be committed never passes the first one that is not settled.
/// </summary>
internal sealed class PartitionTracker
{
    // A ring of the records that the commit has not passed, oldest first. Its length is a power of two.
    private Entry[] _ring = new Entry[16];
    private int _head;
    private int _count;

    /// <summary>
    /// Gets what Kafka means by a committed offset: the next one to read when all below it have been dealt with. It never falls.
    /// </summary>
    public long CommitOffset => _count > 0 ? _ring[_head].Offset : NextOffset;

    /// <summary>Gets the leader epoch of the last record below <see cref="CommitOffset"/>, where it is known.</summary>
    public int? LeaderEpoch { get; private set; }

    /// <summary>Gets the offset up to which the partition has been read: smaller ones do not come any more.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Gets how many records are kept, from the first unsettled one on.</summary>
    public int Span => _count;

    /// <summary>Takes note of the next record.</summary>
    /// <returns>False if it is not behind all earlier ones; then nothing has changed.</returns>
    public bool Add(long offset, int? leaderEpoch)
    {
        if (offset < NextOffset)
        {
            return false;
        }

        if (_count == _ring.Length)
        {
            Grow();
        }

        _ring[Slot(_count++)] = new Entry(offset, leaderEpoch);
        NextOffset = offset + 1;
        return true;
    }

    /// <summary>
    /// Takes note that no record below an offset is still to come: what has not come by now does not exist. Reading starts
    /// with this too.
    /// </summary>
    public void Advance(long offset) => NextOffset = Math.Max(NextOffset, offset);

    /// <summary>Settles the records in a range of offsets; offsets of which no record came are passed over.</summary>
    /// <param name="first">The first offset.</param>
    /// <param name="last">The last offset, included.</param>
    /// <returns>How many records were settled that had not been.</returns>
    public int Settle(long first, long last)
    {
        var settled = 0;
        for (var index = Find(first); index < _count && _ring[Slot(index)].Offset <= last; index++)
        {
            ref var entry = ref _ring[Slot(index)];
            settled += entry.IsSettled ? 0 : 1;
            entry.IsSettled = true;
        }

        var passed = 0;
        while (passed < _count && _ring[Slot(passed)].IsSettled)
        {
            passed++;
        }

        if (passed > 0)
        {
            LeaderEpoch = _ring[Slot(passed - 1)].LeaderEpoch;
            _head = Slot(passed);
            _count -= passed;
        }

        return settled;
    }

    /// <summary>Finds the first record at or behind an offset: at once where there are no holes, by halving where there are.</summary>
    private int Find(long offset)
    {
        if (_count == 0 || offset <= _ring[_head].Offset)
        {
            return 0;
        }

        var low = 0;
        var high = (int)Math.Min(_count, offset - _ring[_head].Offset);
        if (high < _count && _ring[Slot(high)].Offset == offset)
        {
            return high;
        }

        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_ring[Slot(middle)].Offset < offset)
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
        var ring = new Entry[_ring.Length * 2];
        for (var index = 0; index < _count; index++)
        {
            ring[index] = _ring[Slot(index)];
        }

        _ring = ring;
        _head = 0;
    }

    private int Slot(int index) => (_head + index) & (_ring.Length - 1);

    private record struct Entry(long Offset, int? LeaderEpoch)
    {
        public bool IsSettled { get; set; }
    }
}
