using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>The turns of one consumer: receive what there is, hand it out, commit what has been settled. Runs on the consumer's thread.</summary>
internal sealed partial class GroupPolling(
    GroupMembership membership, MemberProtocol protocol, GroupLedger ledger, ClusterWatch watch, FlowControl flow,
    UndeliverableRecords undeliverable, OffsetCommitter committer, TimeProvider time, ILogger logger)
{
    // Nothing wakes a thread that waits for Kafka. While clients hold records they may settle them at any moment.
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BusyWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan FullWait = TimeSpan.FromMilliseconds(10);

    // A commit costs the cluster as much as a fetch. Those who wait for one get it at once.
    private static readonly TimeSpan CommitPause = TimeSpan.FromMilliseconds(20);

    private readonly ReceivedRecords _received = new();
    private long _committedAt;
    private bool _isKeptOut;

    private string GroupId => membership.GroupId;

    private bool IsCommitDue => time.GetElapsedTime(_committedAt) >= CommitPause || ledger.Use(static all => all.Commits.IsAwaited);

    /// <summary>Gets a value indicating whether another consumer of the same name has taken this one's place.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>Gets a value indicating whether the consumer is of no use any more.</summary>
    public bool HasFailed { get; private set; }

    public void Turn(RecordReader reader)
    {
        if (flow.Apply(reader.Consumer))
        {
            Receive(reader);
            ledger.Serve();
        }
        else
        {
            ledger.Changed.WaitOne(FullWait);
        }

        ledger.Sweep();
        undeliverable.Handle();

        // A commit would wait for the cluster, and the thread with it.
        if (!watch.IsInDoubt && IsCommitDue)
        {
            Commit(reader.Consumer);
        }
    }

    /// <summary>Takes note of what librdkafka says about its connections.</summary>
    public void OnError(Error error)
    {
        var problem = KafkaProblem.From(error);
        if (HasFailed)
        {
            // What it says after that is about the same.
        }
        else if (protocol.Reconsider(error))
        {
            HasFailed = true;
        }
        else if (error.Code is ErrorCode.FencedInstanceId or ErrorCode.UnreleasedInstanceId)
        {
            HasFailed = true;
            IsFenced = error.Code == ErrorCode.FencedInstanceId;
            ledger.SetGroupProblem(KafkaProblem.Unavailable(error.Reason));
            Log.NameTaken(logger, GroupId, membership.InstanceId, error.Code);
        }
        else if (error.Code == ErrorCode.InconsistentGroupProtocol)
        {
            // librdkafka goes on asking to be let in.
            Log.NotLetIn(logger, GroupId, _isKeptOut ? LogLevel.Debug : LogLevel.Error, error.Reason);
            _isKeptOut = true;
            ledger.SetGroupProblem(KafkaProblem.Unavailable(error.Reason));
        }
        else if (error.IsFatal)
        {
            HasFailed = true;
            Log.Fatal(logger, GroupId, error.Code, error.Reason);
        }
        else if (error.Code == ErrorCode.Local_MaxPollExceeded)
        {
            // The group goes on without us; what follows is a new membership.
            ledger.Use(all => all.LoseAll());
            Log.TooSlow(logger, GroupId, error.Reason);
        }
        else if (problem.Type == "kafka-denied")
        {
            ledger.SetGroupProblem(problem);
            Log.Denied(logger, GroupId, error.Code, error.Reason);
        }
        else
        {
            // librdkafka repeats itself until the trouble is over.
            Log.Trouble(logger, GroupId, watch.IsInDoubt ? LogLevel.Debug : LogLevel.Warning, error.Code, error.Reason);
            watch.Ask();
        }
    }

    private void Commit(IConsumer<Ignore, Ignore> consumer)
    {
        if (committer.Commit(consumer))
        {
            watch.Heard();
        }

        _committedAt = time.GetTimestamp();
    }

    private void Receive(RecordReader reader)
    {
        try
        {
            if (reader.Wait(ledger.IsBusy ? BusyWait : IdleWait))
            {
                reader.Take(_received);
            }
        }
        catch (ConsumeException failure)
        {
            OnError(failure.Error);
        }

        if (_received.IsEmpty)
        {
            return;
        }

        watch.Heard();
        foreach (var first in ledger.Add(_received))
        {
            Log.WentBack(logger, GroupId, first.Topic, first.Partition, first.Offset);
        }

        _received.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Kafka group {GroupId}: the consumer has failed and is made anew: {Code}: {Reason}", EventName = nameof(Fatal))]
        public static partial void Fatal(ILogger logger, string groupId, ErrorCode code, string reason);

        [LoggerMessage(
            6,
            LogLevel.Error,
            "Kafka group {GroupId}: another consumer has the name {InstanceId} ({Code}). Each replica of the gateway needs a ConsumerGroup.InstanceId of "
                + "its own; after a crash, the old member has it until Kafka takes it for lost. Trying again later",
            EventName = nameof(NameTaken))]
        public static partial void NameTaken(ILogger logger, string groupId, string? instanceId, ErrorCode code);

        [LoggerMessage(
            EventId = 7,
            Message = "Kafka group {GroupId}: its members assign partitions in another way and let no gateway in: {Reason}. A gateway's members are of the "
                + "protocol 'consumer', or of 'classic' with the assignor cooperative-sticky",
            EventName = nameof(NotLetIn))]
        public static partial void NotLetIn(ILogger logger, string groupId, LogLevel level, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Kafka group {GroupId}: it has gone on without this gateway: {Reason}", EventName = nameof(TooSlow))]
        public static partial void TooSlow(ILogger logger, string groupId, string reason);

        [LoggerMessage(3, LogLevel.Error, "Kafka group {GroupId}: Kafka refuses the group or its topics: {Code}: {Reason}", EventName = nameof(Denied))]
        public static partial void Denied(ILogger logger, string groupId, ErrorCode code, string reason);

        [LoggerMessage(EventId = 4, Message = "Kafka group {GroupId}: {Code}: {Reason}", EventName = nameof(Trouble))]
        public static partial void Trouble(ILogger logger, string groupId, LogLevel level, ErrorCode code, string reason);

        [LoggerMessage(5, LogLevel.Warning, "Kafka group {GroupId}: {Topic} [{Partition}] went back to offset {Offset}: reading on from there", EventName = nameof(WentBack))]
        public static partial void WentBack(ILogger logger, string groupId, string topic, int partition, long offset);
    }
}
