using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// The thread that a Kafka consumer lives on: nobody else touches the consumer. It finds out where to start, joins the group, polls
/// until it is to stop, and makes the consumer anew when that one is of no use any more.
/// </summary>
internal sealed partial class GroupConsumerThread(
    GroupMembership membership, MemberProtocol protocol, GroupLedger ledger, StartPositions starts, ClusterWatch watch,
    UndeliverableRecords undeliverable, KafkaConsumeOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _stoppedAt;
    private TimeSpan _grace;
    private volatile bool _isMember;

    /// <summary>Gets what completes when the group has been left and the consumer is gone.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Gets a value indicating whether the topics have been found and there is, or soon will be, a consumer.</summary>
    public bool IsMember => _isMember;

    public void Start() => new Thread(Run) { IsBackground = true, Name = $"Kafka group {membership.GroupId}" }.Start();

    /// <summary>Asks the thread to leave the group once nobody holds records any more, or a time has passed.</summary>
    public void Stop(TimeSpan grace)
    {
        _grace = grace;
        _stoppedAt = time.GetTimestamp();
        _stop.TrySetResult();
    }

    private bool IsStopping => _stop.Task.IsCompleted;

    private bool IsOver => IsStopping && ((!ledger.HasHolders && !undeliverable.IsUnderway) || time.GetElapsedTime(_stoppedAt) >= _grace);

    private void Run()
    {
        try
        {
            FindStart();
            for (var pause = FirstPause; !IsStopping; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                var began = time.GetTimestamp();
                var isFenced = RunConsumer();
                if (!protocol.TakeChange())
                {
                    pause = time.GetElapsedTime(began) > LongestPause ? FirstPause : pause;
                    _stop.Task.Wait(isFenced ? LongestPause : pause);
                }
            }
        }
        finally
        {
            ledger.Stop();
            _ended.SetResult();
        }
    }

    private void FindStart()
    {
        while (!_isMember && !IsStopping)
        {
            try
            {
                var looking = starts.LookAsync();
                if (Task.WaitAny(looking, _stop.Task) == 0)
                {
                    looking.GetAwaiter().GetResult();
                    watch.Found(null);
                    _isMember = true;
                }
            }
            catch (Exception failure)
            {
                // A problem has been logged where it was found.
                var problem = (failure as KafkaProblemException)?.Problem;
                if (problem is null)
                {
                    Log.Failed(logger, membership.GroupId, failure);
                }

                watch.Found(problem ?? KafkaProblem.Unavailable(failure.Message));
                _stop.Task.Wait(FirstPause);
            }
        }
    }

    /// <summary>Joins, and stays until it is time to stop or the consumer is of no use any more.</summary>
    /// <returns>Whether another consumer of the same name has taken its place.</returns>
    private bool RunConsumer()
    {
        var flow = new FlowControl(ledger, time, logger);
        var committer = new OffsetCommitter(membership.GroupId, ledger, logger);
        var polling = new GroupPolling(membership, protocol, ledger, watch, flow, undeliverable, committer, time, logger);
        var committed = new CommittedOffsets(time, options.KafkaTimeout, _stop.Task);
        var rebalances = new RebalanceListener(membership.GroupId, ledger, flow, committer, committed, starts, logger);
        try
        {
            using var reader = Open(polling, rebalances);
            try
            {
                reader.Subscribe(membership.Topics);
                while (!IsOver && !polling.HasFailed && !rebalances.HasFailed)
                {
                    polling.Turn(reader);
                }

                committer.Commit(reader.Consumer, atOnce: true);
            }
            finally
            {
                Leave(reader.Consumer);
            }
        }
        catch (Exception failure)
        {
            // Whatever it is, clients are told until another attempt gets further.
            Log.Failed(logger, membership.GroupId, failure);
            ledger.SetGroupProblem(KafkaProblem.Unavailable(failure.Message));
        }
        finally
        {
            ledger.Use(all => all.LoseAll());
        }

        return polling.IsFenced;
    }

    private void Leave(IConsumer<Ignore, Ignore> consumer)
    {
        try
        {
            consumer.Close();
        }
        catch (KafkaException failure)
        {
            // One that has failed for good says so again. What matters is that it is disposed of.
            Log.NotLeft(logger, membership.GroupId, failure);
        }
    }

    private RecordReader Open(GroupPolling polling, RebalanceListener rebalances)
    {
        // An offset that Kafka does not have any more, or not yet, is read on from the oldest record: rather twice than not at all.
        var config = ConsumerConfigFactory.ForGroup(membership.Connection, membership.GroupId, AutoOffsetReset.Earliest, protocol.Current);
        config.GroupInstanceId = membership.InstanceId;

        // The end of a partition says that there is nothing more to wait for below it, be it of aborted transactions.
        config.EnablePartitionEof = true;
        var builder = new ConsumerBuilder<Ignore, Ignore>(config)
            .SetPartitionsAssignedHandler(rebalances.Assigned)
            .SetPartitionsRevokedHandler(rebalances.Revoked)
            .SetPartitionsLostHandler(rebalances.Lost)
            .SetErrorHandler((_, error) => polling.OnError(error))
            .SetLogHandler((_, message) => OnLog(message));
        return RecordReaderFactory.CreateForGroup(builder, options.IsConsumePortable, logger);
    }

    // librdkafka tells in its log alone that it did not find an offset and starts elsewhere.
    private void OnLog(LogMessage message) => Log.Librdkafka(
        logger,
        message is { Facility: "OFFSET", Level: <= SyslogLevel.Warning } ? LogLevel.Warning : LogLevel.Debug,
        membership.GroupId,
        message.Facility,
        message.Message);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Kafka group {GroupId}: no consumer, trying again", EventName = nameof(Failed))]
        public static partial void Failed(ILogger logger, string groupId, Exception exception);

        [LoggerMessage(2, LogLevel.Debug, "Kafka group {GroupId}: the consumer was not closed in good order", EventName = nameof(NotLeft))]
        public static partial void NotLeft(ILogger logger, string groupId, Exception exception);

        [LoggerMessage(EventId = 3, Message = "Kafka group {GroupId}: {Facility}: {Message}", EventName = nameof(Librdkafka))]
        public static partial void Librdkafka(ILogger logger, LogLevel level, string groupId, string facility, string message);
    }
}
