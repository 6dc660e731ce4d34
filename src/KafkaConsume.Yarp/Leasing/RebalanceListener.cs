using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Takes partitions over and gives them up. All of it runs on the consumer's thread. None of it may throw: librdkafka would keep the
/// membership and lose the assignment, or a record with it.
/// </summary>
internal sealed partial class RebalanceListener(
    string groupId, GroupLedger ledger, FlowControl flow, OffsetCommitter committer, CommittedOffsets committed, StartPositions starts, ILogger logger)
{
    /// <summary>Gets a value indicating whether partitions were given that could not be taken over: the consumer is to join anew.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Takes partitions over.</summary>
    /// <returns>Where to read each of them from.</returns>
    public IEnumerable<TopicPartitionOffset> Assigned(IConsumer<Ignore, Ignore> consumer, List<TopicPartition> partitions)
    {
        try
        {
            List<PartitionStart> taken = [.. committed.Find(consumer, partitions).Select(StartOf)];
            ledger.SetGroupProblem(null);
            ledger.Use(all => all.Assign(taken));
            Log.Assigned(logger, groupId, partitions);
            return [.. taken.Select(start => new TopicPartitionOffset(start.Id, start.Offset, start.LeaderEpoch))];
        }
        catch (Exception failure)
        {
            HasFailed = true;
            if (failure is KafkaException { Error: var error } && KafkaProblem.From(error) is { Type: "kafka-denied" } denied)
            {
                ledger.SetGroupProblem(denied);
            }

            Log.NotAssigned(logger, groupId, partitions, failure);
            return [.. partitions.Select(id => new TopicPartitionOffset(id, Offset.Unset))];
        }
    }

    /// <summary>Gives partitions up, with everything committed that has been settled.</summary>
    public void Revoked(IConsumer<Ignore, Ignore> consumer, List<TopicPartitionOffset> positions)
    {
        try
        {
            List<TopicPartition> partitions = [.. positions.Select(position => position.TopicPartition)];
            committer.CommitLast(consumer, ledger.Use(all => all.Revoke(partitions)));
            flow.Release(consumer, partitions);
            Log.Revoked(logger, groupId, partitions);
        }
        catch (Exception failure)
        {
            Log.NotReleased(logger, groupId, failure);
        }
    }

    /// <summary>Takes note that partitions are gone. Committing them might undo what their new owner has committed.</summary>
    public void Lost(IConsumer<Ignore, Ignore> consumer, List<TopicPartitionOffset> positions)
    {
        try
        {
            List<TopicPartition> partitions = [.. positions.Select(position => position.TopicPartition)];
            ledger.Use(all => all.Lose(partitions));
            flow.Release(consumer, partitions);
            Log.Lost(logger, groupId, partitions);
        }
        catch (Exception failure)
        {
            Log.NotReleased(logger, groupId, failure);
        }
    }

    private PartitionStart StartOf(TopicPartitionOffset committed) => committed.Offset.IsSpecial
        ? new PartitionStart(committed.TopicPartition, starts.Of(committed.TopicPartition), IsCommitted: false)
        : new PartitionStart(committed.TopicPartition, committed.Offset.Value, IsCommitted: true, committed.LeaderEpoch);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Kafka group {GroupId}: took over {Partitions}", EventName = nameof(Assigned))]
        public static partial void Assigned(ILogger logger, string groupId, List<TopicPartition> partitions);

        [LoggerMessage(2, LogLevel.Information, "Kafka group {GroupId}: gave up {Partitions}", EventName = nameof(Revoked))]
        public static partial void Revoked(ILogger logger, string groupId, List<TopicPartition> partitions);

        [LoggerMessage(3, LogLevel.Warning, "Kafka group {GroupId}: lost {Partitions}", EventName = nameof(Lost))]
        public static partial void Lost(ILogger logger, string groupId, List<TopicPartition> partitions);

        [LoggerMessage(4, LogLevel.Warning, "Kafka group {GroupId}: could not take over {Partitions}; joining again", EventName = nameof(NotAssigned))]
        public static partial void NotAssigned(ILogger logger, string groupId, List<TopicPartition> partitions, Exception exception);

        [LoggerMessage(5, LogLevel.Error, "Kafka group {GroupId}: could not give partitions up in good order", EventName = nameof(NotReleased))]
        public static partial void NotReleased(ILogger logger, string groupId, Exception exception);
    }
}
