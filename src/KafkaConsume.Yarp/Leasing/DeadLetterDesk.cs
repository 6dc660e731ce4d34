using System.Collections.Concurrent;
using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Turns records into dead letters and settles them when Kafka has those, never before. What fails is tried again for as long as the
/// partition is this gateway's, whatever the reason; the group's position waits. Used by the consumer's thread alone.
/// </summary>
internal sealed partial class DeadLetterDesk(
    GroupMembership membership, string topic, GroupLedger ledger, IDeadLetterProducer producer, GatewayMetrics metrics, TimeProvider time, ILogger logger)
{
    // By the time from which they may be sent, those of the same time in the order in which they came.
    private readonly PriorityQueue<DeadLetter, (long At, long Number)> _waiting = new();
    private readonly ConcurrentQueue<(DeadLetter Letter, Error Error)> _told = new();
    private ErrorCode? _trouble;
    private long _number;
    private volatile int _underway;

    /// <summary>Gets a value indicating whether dead letters are on their way to Kafka.</summary>
    public bool IsUnderway => _underway > 0;

    /// <summary>Gets how many records are to become dead letters.</summary>
    public int Count => _waiting.Count + _underway;

    public void Add(TrackedRecord record) => Wait(new DeadLetter(record), TimeSpan.Zero);

    /// <summary>Settles what Kafka has, and sends what may be sent.</summary>
    public void Turn()
    {
        while (_told.TryDequeue(out var told))
        {
            _underway--;
            Conclude(told.Letter, told.Error);
        }

        while (_waiting.TryPeek(out var letter, out var when) && when.At <= time.GetTimestamp())
        {
            // Its next owner gives the record to clients again.
            if (letter.Record.Partition.IsOwned)
            {
                var message = DeadLetterMessage.Of(letter.Record, membership.GroupId);
                if (!producer.TrySend(topic, message, letter.Record.Size, error => _told.Enqueue((letter, error))))
                {
                    return;
                }

                _underway++;
            }

            _waiting.Dequeue();
        }
    }

    private void Conclude(DeadLetter letter, Error error)
    {
        var (record, source) = (letter.Record, letter.Record.Partition.Id);
        if (!error.IsError)
        {
            ledger.Use(all => all.Settle(record));
            metrics.DeadLettered(membership.CountedAs, source.Topic);
            Log.DeadLettered(logger, membership.GroupId, source.Topic, source.Partition.Value, record.Offset, record.Attempts, topic);
            _trouble = null;
            return;
        }

        letter.Failures++;
        var pause = DeadLetterErrors.PauseAfter(error.Code, letter.Failures);

        // Usually all fail alike, and again and again.
        var level = _trouble == error.Code ? LogLevel.Debug : DeadLetterErrors.IsLasting(error.Code) ? LogLevel.Error : LogLevel.Warning;
        _trouble = error.Code;
        Log.NotWritten(
            logger, level, membership.GroupId, source.Topic, source.Partition.Value, record.Offset, topic, error.Code, error.Reason, pause);
        metrics.DeadLetterFailed(membership.CountedAs, source.Topic, error.Code.ToString());
        Wait(letter, pause);
    }

    private void Wait(DeadLetter letter, TimeSpan pause) =>
        _waiting.Enqueue(letter, (time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency), _number++));

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "Kafka group {GroupId}: {Topic} [{Partition}] {Offset} is in {DeadLetters} now: clients got it {Attempts} times and did not acknowledge it",
            EventName = nameof(DeadLettered))]
        public static partial void DeadLettered(
            ILogger logger, string groupId, string topic, int partition, long offset, int attempts, string deadLetters);

        [LoggerMessage(
            EventId = 2,
            Message = "Kafka group {GroupId}: {Topic} [{Partition}] {Offset} could not be written to {DeadLetters}, and holds up the group's position "
                + "until it is: {Code}: {Reason} Trying again in {Pause}",
            EventName = nameof(NotWritten))]
        public static partial void NotWritten(
            ILogger logger, LogLevel level, string groupId, string topic, int partition, long offset, string deadLetters, ErrorCode code,
            string reason, TimeSpan pause);
    }
}
