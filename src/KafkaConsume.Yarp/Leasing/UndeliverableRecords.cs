using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Deals with records that were handed out in vain as often as they may be: passes over them, so that they hold up nobody.</summary>
internal sealed partial class UndeliverableRecords(string groupId, GroupLedger ledger, ILogger logger)
{
    /// <summary>Deals with what has been given up since the last time.</summary>
    public void Handle()
    {
        while (ledger.Use(static all => all.TakeGivenUp()) is { } record)
        {
            Log.Skipped(logger, groupId, record.Partition.Id.Topic, record.Partition.Id.Partition.Value, record.Offset, record.Attempts);
            ledger.Use(all => all.Settle(record));
        }
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
