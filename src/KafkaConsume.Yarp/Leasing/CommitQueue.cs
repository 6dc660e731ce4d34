using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// The partitions whose committed offset is behind what has been settled. However many batches are completed meanwhile, a partition
/// is committed once, with the newest offset; after a failure not before a pause that grows.
/// </summary>
internal sealed class CommitQueue(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly HashSet<OwnedPartition> _due = [];
    private TimeSpan _pause = FirstPause;
    private long? _failedAt;

    /// <summary>Gets a value indicating whether somebody waits until Kafka has a commit.</summary>
    public bool IsAwaited => _due.Any(static partition => !partition.Confirmations.IsEmpty);

    public bool IsEmpty => _due.Count == 0;

    public void Add(OwnedPartition partition)
    {
        if (partition.IsCommitDue)
        {
            _due.Add(partition);
        }
    }

    /// <summary>Takes what is to be committed now.</summary>
    /// <param name="atOnce">Whether a pause after a failure is cut short.</param>
    public List<PendingCommit> Take(bool atOnce = false)
    {
        if (_due.Count == 0 || (!atOnce && _failedAt is { } failedAt && time.GetElapsedTime(failedAt) < _pause))
        {
            return [];
        }

        List<PendingCommit> pending = [.. _due.Where(partition => partition.IsCommitDue).Select(PendingCommit.Of)];
        _due.Clear();
        return pending;
    }

    /// <summary>Takes note of how a commit went. What failed stays due for as long as the partition is owned.</summary>
    /// <param name="pending">What was to be committed.</param>
    /// <param name="errors">Kafka's answer to each.</param>
    public void Settle(List<PendingCommit> pending, ReadOnlySpan<ErrorCode> errors)
    {
        var failed = false;
        for (var index = 0; index < pending.Count; index++)
        {
            var (partition, offset) = pending[index];
            failed |= errors[index] != ErrorCode.NoError;
            if (errors[index] == ErrorCode.NoError)
            {
                partition.Confirm(offset.Offset.Value);
            }

            partition.OmitsLeaderEpoch |= errors[index] is ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch;
            Add(partition);
        }

        _pause = failed && _failedAt is not null ? TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks)) : FirstPause;
        _failedAt = failed ? time.GetTimestamp() : null;
    }
}
