using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;
using KafkaConsume.Yarp.Tests.Leasing;

namespace KafkaConsume.Yarp.Tests.Races;

/// <summary>Clients who do what they should, and much that they should not.</summary>
internal sealed class ScheduledClients(GroupSchedule schedule, Random random)
{
    private readonly List<ScheduledBatch> _batches = [];
    private readonly List<(ScheduledMember Member, string User, int HandedAfter, Task<RecordBatch> Result)> _waiting = [];
    private readonly List<(long Id, ScheduledMember Member, AckOutcome Outcome, Task<bool> Committed)> _asking = [];

    private int _users;

    public bool HaveHeardAll => _asking.Count == 0;

    public void Step(ScheduledMember member)
    {
        var batch = _batches.Count == 0 ? null : _batches[random.Next(_batches.Count)];
        switch (random.Next(12))
        {
            case < 4:
                Take(member, 1 + random.Next(7), random.Next(3) == 0 ? TimeSpan.FromSeconds(5) : TimeSpan.Zero);
                break;
            case 4 when batch is { HasArrived: false, IsAborted: false }:
                Abort(batch);
                break;
            case < 7 when batch is { HasArrived: false, IsAborted: false }:
                Arrive(batch);
                break;
            case < 7 when batch is { HasArrived: true }:
                Say(batch.Member, batch.User, new AckMessage(AckKind.Ack) { Batch = batch.Batch.Id }, batch.Rest);
                break;
            case < 10 when batch is { HasArrived: true }:
                SayOfRecords(batch, random.Next(4) == 0 ? member : batch.Member, random.Next(8) == 0 ? AnyUser() : batch.User);
                break;
            case 10:
                RecordId[] never = [new(Records.Partition(random.Next(FakeBroker.Partitions)), random.Next(1_000))];
                Say(member, AnyUser(), new AckMessage(AckKind.Ack) { Records = never }, never);
                break;
            case 11 when schedule.Mistakes.SharesLeases && batch is { HasArrived: true }:
                _batches.Add(new ScheduledBatch(batch.Member, batch.User, batch.Batch, schedule.Log.Count));
                Begin(_batches[^1], $"{batch.Batch.Id}-again-{schedule.Log.Count}", batch.Ids.Length);
                _batches[^1].HasArrived = true;
                break;
        }
    }

    /// <summary>Notes what has been answered meanwhile.</summary>
    public void Hear()
    {
        foreach (var asked in _waiting.Where(asked => asked.Result.IsCompleted).ToArray())
        {
            _waiting.Remove(asked);
            Receive(asked.Member, asked.User, asked.Result.Result, asked.HandedAfter);
        }

        foreach (var asked in _asking.Where(asked => IsDecided(asked.Member, asked.Outcome)).ToArray())
        {
            _asking.Remove(asked);
            asked.Committed.Wait();
            schedule.Log.Add(asked.Committed.Result
                ? new HistoryEvent.Answered(asked.Id, AckAnswer.Accepted) { Confirmed = CommittedOf(asked.Member, asked.Outcome) }
                : new HistoryEvent.Answered(asked.Id, AckAnswer.Unclear));
        }
    }

    /// <summary>Forgets what can never be answered any more.</summary>
    public void Forget(ScheduledMember member)
    {
        _waiting.RemoveAll(asked => asked.Member == member);
        _asking.RemoveAll(asked => asked.Member == member);
        _batches.RemoveAll(batch => batch.Member == member && !batch.HasArrived);
    }

    /// <summary>Does everything right.</summary>
    public void Work(ScheduledMember member)
    {
        Take(member, 1_000, TimeSpan.Zero);
        Hear();
        foreach (var batch in _batches.ToArray())
        {
            if (batch is { HasArrived: false, IsAborted: false })
            {
                Arrive(batch);
            }

            Say(batch.Member, batch.User, new AckMessage(AckKind.Ack) { Batch = batch.Batch.Id }, batch.HasArrived ? batch.Rest : []);
        }

        _batches.Clear();
    }

    private string AnyUser()
    {
        var arrived = _batches.Where(batch => batch.HasArrived).Select(batch => batch.User).Append("nobody").ToArray();
        return arrived[random.Next(arrived.Length)];
    }

    private void Take(ScheduledMember member, int maxRecords, TimeSpan wait)
    {
        // One for each request: a user who does not know yet what is on its way to him could not tell whether he has a record.
        var user = $"user{++_users}";
        var handedAfter = schedule.Log.Count;
        var taking = member.Ledger.TakeAsync(maxRecords, int.MaxValue, wait, user, CancellationToken.None).AsTask();
        if (taking.IsCompleted)
        {
            Receive(member, user, taking.Result, handedAfter);
        }
        else
        {
            _waiting.Add((member, user, handedAfter, taking));
        }
    }

    private void Receive(ScheduledMember member, string user, RecordBatch batch, int handedAfter)
    {
        if (batch.Records.Count > 0)
        {
            _batches.Add(new ScheduledBatch(member, user, batch, handedAfter));
        }
    }

    private void Arrive(ScheduledBatch batch)
    {
        // The connection may take the end of the answer before or after the client has read it.
        var isWritten = random.Next(2) == 0;
        if (isWritten)
        {
            batch.Batch.Complete();
        }

        Begin(batch, batch.Batch.Id, batch.Ids.Length);
        batch.HasArrived = true;
        if (!isWritten)
        {
            batch.Batch.Complete();
        }
    }

    private void Abort(ScheduledBatch batch)
    {
        batch.IsAborted = true;
        Begin(batch, batch.Batch.Id, random.Next(batch.Ids.Length + 1));
        schedule.Log.Add(new HistoryEvent.SessionEnded(batch.Batch.Id));
        if (random.Next(2) == 0)
        {
            batch.Batch.Begin();
        }

        batch.Batch.Return();
    }

    private void Begin(ScheduledBatch batch, string session, int count)
    {
        schedule.Log.Add(new HistoryEvent.SessionStarted(session, batch.User, batch.Member.Name, ["orders"]));
        HistoryRecord[] records = [.. batch.Ids.Select((id, index) => new HistoryRecord(id.Partition, id.Offset, 0, batch.Batch.AttemptOf(index)))];
        schedule.Log.Add(new HistoryEvent.Delivered(session, batch.HandedAfter, records[..count]));
    }

    private void SayOfRecords(ScheduledBatch batch, ScheduledMember member, string user)
    {
        RecordId[] some = [.. batch.Ids.Where(_ => random.Next(3) > 0)];
        if (some.Length == 0)
        {
            return;
        }

        switch (random.Next(6))
        {
            case 0:
                var nack = new AckMessage(AckKind.Nack) { Records = some, Delay = TimeSpan.FromSeconds(random.Next(3)) };
                batch.Refused.UnionWith(some.Except(Say(member, user, nack, some).Refused));
                break;
            case 1:
                Say(member, user, new AckMessage(AckKind.Extend) { Records = some }, some);
                break;
            case 2:
                var last = some[^1];
                RecordId[] all = [.. _batches.Where(other => other.User == user).SelectMany(other => other.Ids).Distinct()
                    .Where(id => id.Partition == last.Partition && id.Offset <= last.Offset)];
                Say(member, user, new AckMessage(AckKind.Ack) { Records = [last], IsCumulative = true }, all, isVague: true);
                break;
            default:
                Say(member, user, new AckMessage(AckKind.Ack) { Records = some }, some);
                break;
        }
    }

    private AckOutcome Say(ScheduledMember member, string user, AckMessage message, RecordId[] about, bool isVague = false)
    {
        var id = schedule.Log.NextId();
        schedule.Log.Add(new HistoryEvent.Said(id, user, member.Name, message.Kind, about));
        var (outcome, committed) = member.Ledger.Acknowledge(message, user);
        if (schedule.Mistakes.Takes(message, about, outcome.Problem is not null))
        {
            schedule.Log.Add(new HistoryEvent.Answered(id, AckAnswer.Accepted));
        }
        else if (outcome.Problem is not null)
        {
            // A refused batch, or a record that stands for many, does not say which of them were taken.
            schedule.Log.Add(outcome.Refused.Count > 0 && !isVague
                ? new HistoryEvent.Answered(id, AckAnswer.Refused) { Refused = [.. outcome.Refused] }
                : new HistoryEvent.Answered(id, AckAnswer.Unclear));
        }
        else if (message.Kind == AckKind.Ack && !isVague)
        {
            _asking.Add((id, member, outcome, committed));
        }
        else
        {
            schedule.Log.Add(new HistoryEvent.Answered(id, isVague ? AckAnswer.Unclear : AckAnswer.Accepted));
        }

        return outcome;
    }

    // Tasks complete on other threads, whenever these have time; a schedule is to be the same each time.
    private static bool IsDecided(ScheduledMember member, AckOutcome outcome) => outcome.Touched.All(touched =>
        touched.Key.Committed >= touched.Value || (!touched.Key.IsOwned && !member.IsBusy));

    private static TopicPartitionOffset[] CommittedOf(ScheduledMember member, AckOutcome outcome) => member.Ledger.Use(_ => outcome.Touched.Keys
        .Where(partition => partition.Committed >= 0)
        .Select(partition => new TopicPartitionOffset(partition.Id, partition.Committed))
        .ToArray());
}
