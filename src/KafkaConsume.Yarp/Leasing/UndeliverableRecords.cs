using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Deals with records that were handed out in vain as often as they may be: makes dead letters of them, or passes over them where there is
/// no topic for those, so that they hold up nobody.
/// </summary>
internal sealed partial class UndeliverableRecords(
    GroupMembership membership, GroupLedger ledger, DeadLetterDesk? deadLetters, GatewayMetrics metrics, ILogger logger)
{
    private volatile bool _isPending;

    /// <summary>Gets a value indicating whether records are to become dead letters. May be asked from any thread.</summary>
    public bool IsPending => _isPending;

    /// <summary>Gets a value indicating whether dead letters are on their way to Kafka.</summary>
    public bool IsUnderway => deadLetters is { IsUnderway: true };

    /// <summary>Deals with what has been given up since the last time.</summary>
    public void Handle()
    {
        while (ledger.Use(static all => all.TakeGivenUp()) is { } record)
        {
            if (deadLetters is not null)
            {
                deadLetters.Add(record);
                continue;
            }

            Log.Skipped(logger, membership.GroupId, record.Partition.Id.Topic, record.Partition.Id.Partition.Value, record.Offset, record.Attempts);
            metrics.Skipped(membership.CountedAs, record.Partition.Id.Topic);
            ledger.Use(all => all.Settle(record));
        }

        deadLetters?.Turn();
        _isPending = deadLetters is { Count: > 0 };
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "Kafka group {GroupId}: {Topic} [{Partition}] {Offset} is passed over: clients got it {Attempts} times and did not acknowledge it",
            EventName = nameof(Skipped))]
        public static partial void Skipped(ILogger logger, string groupId, string topic, int partition, long offset, int attempts);
    }
}
