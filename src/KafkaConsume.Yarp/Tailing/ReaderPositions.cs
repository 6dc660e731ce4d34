namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// The positions of a client beside those of the tail at the client's place in it. A client that came with a cursor of its own is ahead of
/// the tail in some partitions, until the tail has passed what the client has.
/// </summary>
internal sealed class ReaderPositions
{
    private readonly long[] _tail;
    private int _differing;

    /// <param name="own">The client's next offset of every partition; none is behind the tail's.</param>
    /// <param name="tail">The tail's.</param>
    public ReaderPositions(long[] own, long[] tail)
    {
        Own = own;
        _tail = (long[])tail.Clone();
        for (var index = 0; index < own.Length; index++)
        {
            _differing += own[index] == tail[index] ? 0 : 1;
        }
    }

    public long[] Own { get; }

    /// <summary>Gets a value indicating whether the client's positions are the tail's, and need not be kept any longer.</summary>
    public bool AreTails => _differing == 0;

    public bool IsNew(TailEntry entry) => entry.Partition >= 0 && entry.Offset >= Own[entry.Partition];

    /// <summary>Moves behind an entry.</summary>
    public void Pass(TailEntry entry)
    {
        if (entry.Partition < 0)
        {
            return;
        }

        ref var tail = ref _tail[entry.Partition];
        ref var own = ref Own[entry.Partition];
        var differed = tail != own;
        tail = Math.Max(tail, entry.Offset + 1);
        own = Math.Max(own, entry.Offset + 1);
        _differing -= differed && tail == own ? 1 : 0;
    }
}
