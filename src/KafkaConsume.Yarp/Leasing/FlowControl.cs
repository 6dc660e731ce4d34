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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HashSet<TopicPartition> _paused = [];
    private long? _fullSince;
    private bool _isFull;

    /// <summary>Pauses and resumes partitions as needed.</summary>
    /// <returns>Whether Kafka may be asked for records now.</returns>
    public bool Apply(IConsumer<byte[]?, byte[]?> consumer)
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
    public void Release(IConsumer<byte[]?, byte[]?> consumer, IEnumerable<TopicPartition> partitions)
    {
        List<TopicPartition> released = [.. partitions.Where(_paused.Contains)];
        if (released.Count > 0)
        {
            _paused.ExceptWith(released);
            consumer.Resume(released);
        }
    }

    private List<TopicPartition> Overfull(PartitionLedger partitions)
    {
        var buffer = partitions.Custody.Buffer;
        _isFull = _isFull ? !buffer.HasRoom : buffer.IsFull;
        return [.. partitions.Owned.Where(partition => _isFull || IsOverfull(partition)).Select(partition => partition.Id)];
    }

    private bool IsOverfull(OwnedPartition partition)
    {
        var isPaused = _paused.Contains(partition.Id);

        // What clients may not have must not take up the room of other partitions, whatever they ask for.
        return partition.Tracker.Span >= (isPaused ? partition.MaxSpan / 2 : partition.MaxSpan)
            || (partition.IsBlocked && (isPaused || partition.Count >= MaxBlocked || partition.Bytes >= MaxBlockedBytes));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Paused {Partitions}: clients take less than there is", EventName = nameof(Paused))]
        public static partial void Paused(ILogger logger, List<TopicPartition> partitions);

        [LoggerMessage(2, LogLevel.Debug, "Resumed {Partitions}", EventName = nameof(Resumed))]
        public static partial void Resumed(ILogger logger, List<TopicPartition> partitions);
    }
}
