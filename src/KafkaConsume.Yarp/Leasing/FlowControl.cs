using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Keeps what is read and not yet handed out within bounds. Pausing throws away what librdkafka has fetched ahead, so it is left for
/// when clients do not take any more; as long as they do, it is enough to wait for them.
/// </summary>
internal sealed partial class FlowControl(GroupLedger ledger, TimeProvider time, ILogger logger)
{
    /// <summary>How many records of a partition are kept of which clients have as many as they may.</summary>
    private const int MaxBlocked = 1_000;
    private const int MaxBlockedBytes = RecordBuffer.MaxBytes / 16;
    private const long MaxBytesAtAll = 4L * RecordBuffer.MaxBytes;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long a stream may take nothing of what there is for it until its partition is paused.</summary>
    private static readonly TimeSpan StreamPatience = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<TopicPartition> _paused = [];
    private readonly Dictionary<TopicPartition, (long Taken, long Since)> _seen = [];
    private long? _fullSince;
    private bool _isFull;

    /// <summary>Pauses and resumes partitions as needed.</summary>
    /// <returns>Whether Kafka may be asked for records now.</returns>
    public bool Apply(IConsumer<Ignore, Ignore> consumer)
    {
        var overfull = ledger.Use(Overfull);
        if (!_isFull)
        {
            _fullSince = null;
        }
        else if (time.GetElapsedTime(_fullSince ??= time.GetTimestamp()) < Patience)
        {
            return false;
        }

        if (overfull.Count == 0 && _paused.Count == 0)
        {
            return true;
        }

        // Resuming one that is not paused would read it again from where it was last positioned.
        List<TopicPartition> resumed = [.. _paused.Except(overfull)];
        List<TopicPartition> paused = [.. overfull.Except(_paused)];
        if (resumed.Count > 0)
        {
            consumer.Resume(resumed);
            _paused.ExceptWith(resumed);
            Log.Resumed(logger, resumed);
        }

        if (paused.Count > 0)
        {
            consumer.Pause(paused);
            _paused.UnionWith(paused);
            Log.Paused(logger, paused);
        }

        return true;
    }

    /// <summary>Resumes partitions that go to another member: librdkafka would have them still paused when they come back.</summary>
    public void Release(IConsumer<Ignore, Ignore> consumer, IEnumerable<TopicPartition> partitions)
    {
        List<TopicPartition> released = [.. partitions.Where(_paused.Contains)];
        foreach (var partition in partitions)
        {
            _seen.Remove(partition);
        }

        if (released.Count > 0)
        {
            _paused.ExceptWith(released);
            consumer.Resume(released);
        }
    }

    private List<TopicPartition> Overfull(PartitionLedger partitions)
    {
        List<OwnedPartition> overfull = [.. partitions.Owned.Where(partition => IsOverfull(partition) || IsLeftAlone(partition))];

        // What nobody takes must not keep those from getting theirs who do, until it is very much.
        var buffer = partitions.Custody.Buffer;
        var count = buffer.Count - overfull.Sum(partition => partition.Count);
        var bytes = buffer.Bytes - overfull.Sum(partition => partition.Bytes);
        _isFull = buffer.Bytes >= MaxBytesAtAll || (_isFull
            ? count > RecordBuffer.MaxRecords / 2 || bytes > RecordBuffer.MaxBytes / 2
            : count >= RecordBuffer.MaxRecords || bytes >= RecordBuffer.MaxBytes);
        return [.. (_isFull ? partitions.Owned : overfull).Select(partition => partition.Id)];
    }

    private bool IsOverfull(OwnedPartition partition)
    {
        var isPaused = _paused.Contains(partition.Id);

        // What clients may not have must not take up the room of other partitions, whatever they ask for.
        return partition.Tracker.Span >= (isPaused ? partition.MaxSpan / 2 : partition.MaxSpan)
            || (partition.IsBlocked && (isPaused || partition.Count >= MaxBlocked || partition.Bytes >= MaxBlockedBytes));
    }

    /// <summary>
    /// Says whether a stream that has the partition alone does not take from it. One that takes slowly is left in peace: to pause it and
    /// to go on again would cost more than it saves.
    /// </summary>
    private bool IsLeftAlone(OwnedPartition partition)
    {
        var isPaused = _paused.Contains(partition.Id);
        var part = isPaused ? 2 : 1;
        if (partition.Session is null || (partition.Count < MaxBlocked / part && partition.Bytes < MaxBlockedBytes / part))
        {
            _seen.Remove(partition.Id);
            return false;
        }

        if (isPaused)
        {
            return true;
        }

        if (!_seen.TryGetValue(partition.Id, out var seen) || seen.Taken != partition.Taken)
        {
            _seen[partition.Id] = seen = (partition.Taken, time.GetTimestamp());
        }

        return time.GetElapsedTime(seen.Since) >= StreamPatience;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Paused {Partitions}: clients take less than there is", EventName = nameof(Paused))]
        public static partial void Paused(ILogger logger, List<TopicPartition> partitions);

        [LoggerMessage(2, LogLevel.Debug, "Resumed {Partitions}", EventName = nameof(Resumed))]
        public static partial void Resumed(ILogger logger, List<TopicPartition> partitions);
    }
}
