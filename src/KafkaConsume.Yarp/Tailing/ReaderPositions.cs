namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// The positions of a client beside those of the log at the client's place in it. A client that came with a cursor of its own is ahead of
/// the log in some partitions, until the log has passed what the client has. A client may want no more than some partitions, or no
/// more than up to some offsets; what lies beyond is not new to it, and its position does not move there.
/// </summary>
internal sealed class ReaderPositions
{
    private readonly long[] _log;
    private readonly long[]? _limits;
    private int _differing;
    private int _unfinished;

    /// <param name="own">The client's next offset of every partition.</param>
    /// <param name="log">The log's; not beyond the client's where the client is not at its limit.</param>
    /// <param name="limits">For each partition the first offset that the client does not want; null when it wants all there will be.</param>
    public ReaderPositions(long[] own, long[] log, long[]? limits)
    {
        Own = own;
        _log = (long[])log.Clone();
        _limits = limits;
        for (var index = 0; index < own.Length; index++)
        {
            _differing += own[index] == log[index] ? 0 : 1;
            _unfinished += own[index] < LimitOf(index) ? 1 : 0;
        }
    }

    public long[] Own { get; }

    /// <summary>Gets a value indicating whether the client's positions are the log's, and need not be kept any longer.</summary>
    public bool AreLogs => _limits is null && _differing == 0;

    /// <summary>Gets a value indicating whether the client has all that it wants.</summary>
    public bool AreFinal => _unfinished == 0;

    /// <summary>Gives the positions of a client with the partitions in which it wants nothing more moved out of the way.</summary>
    public static long[] Wanted(long[] own, long[]? limits)
    {
        if (limits is null)
        {
            return own;
        }

        var wanted = (long[])own.Clone();
        for (var index = 0; index < wanted.Length; index++)
        {
            wanted[index] = own[index] < limits[index] ? own[index] : long.MaxValue;
        }

        return wanted;
    }

    public bool IsNew(TailEntry entry) =>
        entry.Partition >= 0 && entry.Offset >= Own[entry.Partition] && entry.Offset < LimitOf(entry.Partition);

    /// <summary>Moves behind an entry.</summary>
    public void Pass(TailEntry entry)
    {
        if (entry.Partition < 0)
        {
            return;
        }

        ref var log = ref _log[entry.Partition];
        ref var own = ref Own[entry.Partition];
        var limit = LimitOf(entry.Partition);
        var differed = log != own;
        var wasUnfinished = own < limit;
        log = Math.Max(log, entry.Offset + 1);
        own = Math.Max(own, Math.Min(entry.Offset + 1, limit));
        _differing -= differed && log == own ? 1 : 0;
        _unfinished -= wasUnfinished && own >= limit ? 1 : 0;
    }

    private long LimitOf(int partition) => _limits is null ? long.MaxValue : _limits[partition];
}
