using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Commits what has been settled. Runs on the consumer's thread.</summary>
internal sealed partial class OffsetCommitter(string groupId, GroupLedger ledger, ILogger logger)
{
    /// <summary>Commits everything that is due, in one request.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="atOnce">Whether to try even if the last attempt failed just now.</param>
    /// <returns>Whether Kafka has taken a commit.</returns>
    public bool Commit(IConsumer<Ignore, Ignore> consumer, bool atOnce = false)
    {
        var pending = ledger.Use(all => all.Commits.Take(atOnce));
        if (pending.Count == 0)
        {
            return false;
        }

        var errors = Send(consumer, pending);
        ledger.Use(all => all.Commits.Settle(pending, errors));
        return errors.Contains(ErrorCode.NoError);
    }

    /// <summary>Commits for partitions that are given up. It is tried once: if it fails, their next owner repeats some records.</summary>
    public void CommitLast(IConsumer<Ignore, Ignore> consumer, List<PendingCommit> pending)
    {
        if (pending.Count > 0)
        {
            var errors = Send(consumer, pending);
            ledger.Use(_ => PartitionLedger.Conclude(pending, errors));
        }
    }

    private ErrorCode[] Send(IConsumer<Ignore, Ignore> consumer, List<PendingCommit> pending)
    {
        try
        {
            consumer.Commit(pending.Select(commit => commit.Offset));
            return [.. pending.Select(_ => ErrorCode.NoError)];
        }
        catch (TopicPartitionOffsetException failure)
        {
            var errors = failure.Results.ToDictionary(result => result.TopicPartition, result => result.Error);
            return [.. pending.Select(commit => Report(errors.GetValueOrDefault(commit.Offset.TopicPartition) ?? failure.Error))];
        }
        catch (KafkaException failure)
        {
            Report(failure.Error);
            return [.. pending.Select(_ => failure.Error.Code)];
        }
    }

    private ErrorCode Report(Error error)
    {
        if (error.IsError)
        {
            Log.NotCommitted(logger, groupId, CommitErrors.IsPassing(error.Code) ? LogLevel.Debug : LogLevel.Warning, error.Code, error.Reason);
        }

        return error.Code;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "Kafka group {GroupId}: could not commit: {Code}: {Reason}", EventName = nameof(NotCommitted))]
        public static partial void NotCommitted(ILogger logger, string groupId, LogLevel level, ErrorCode code, string reason);
    }
}
