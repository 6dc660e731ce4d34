using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;
using KafkaConsume.Yarp.Tests.Leasing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaConsume.Yarp.Tests.Races;

/// <summary>
/// A gateway's member of the group: the library's own ledger, committer and rebalances, turned as its thread turns them, on a consumer whose
/// every call is a moment at which anything else may happen.
/// </summary>
internal sealed class ScheduledMember
{
    private const int MaxFetched = 12;

    private readonly GroupSchedule _schedule;
    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly OffsetCommitter _committer;
    private readonly RebalanceListener _rebalances;
    private readonly FlowControl _flow;
    private readonly Dictionary<int, long> _positions = [];

    public ScheduledMember(string name, GroupSchedule schedule)
    {
        (Name, _schedule) = (name, schedule);
        Ledger = new GroupLedger(schedule.Rules, schedule.Time);
        _consumer = FakeConsumer.Create(Committed, Commit);
        _committer = new OffsetCommitter("group", Ledger, NullLogger.Instance);
        _flow = new FlowControl(Ledger, schedule.Time, NullLogger.Instance);
        _rebalances = new RebalanceListener(
            "group",
            Ledger,
            _flow,
            _committer,
            new Yarp.Leasing.CommittedOffsets(schedule.Time, TimeSpan.FromSeconds(1), Task.CompletedTask),
            new StartPositions(null!, [], KafkaAutoOffsetReset.Earliest),
            NullLogger.Instance);
    }

    public string Name { get; }

    public GroupLedger Ledger { get; }

    /// <summary>Gets or sets a value indicating whether the group has gone on without this member.</summary>
    public bool IsFenced { get; set; }

    /// <summary>Gets a value indicating whether the member's thread is inside of a call.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Gets what the member is told at its next turn.</summary>
    public Queue<(int Partition, bool IsAssigned, ScheduledMember? Next)> Inbox { get; } = new();

    public void Turn()
    {
        IsBusy = true;
        Rejoin();
        while (Inbox.TryDequeue(out var told) && !IsFenced)
        {
            if (told.IsAssigned)
            {
                TakeOver(told.Partition);
            }
            else
            {
                GiveUp(told.Partition);
                _schedule.Broker.Freed(told.Partition, told.Next);
            }
        }

        if (_flow.Apply(_consumer))
        {
            Receive();
            Ledger.Serve();
        }

        Ledger.Sweep();
        while (Ledger.Use(static all => all.TakeGivenUp()) is { } record)
        {
            _schedule.Log.Add(new HistoryEvent.GivenUp(new RecordId(record.Partition.Id, record.Offset), record.Attempts));
            Ledger.Use(all => all.Settle(record));
        }

        if (!_schedule.Mistakes.Commit(this))
        {
            _committer.Commit(_consumer);
        }

        IsBusy = false;
    }

    /// <summary>Leaves as a gateway that stops: what is settled is committed, what is held is not waited for.</summary>
    public void Close()
    {
        IsBusy = true;
        Ledger.Stop();
        Rejoin();
        _committer.Commit(_consumer, atOnce: true);
        foreach (var partition in _positions.Keys.ToArray())
        {
            GiveUp(partition);
        }

        Ledger.Use(all => all.LoseAll());
        _schedule.Broker.Leave(this);
        IsBusy = false;
    }

    private void Rejoin()
    {
        if (IsFenced)
        {
            _schedule.Log.Add(new HistoryEvent.Fault($"{Name} lost its partitions"));
            _rebalances.Lost(_consumer, [.. _positions.Select(position => new TopicPartitionOffset(Records.Partition(position.Key), position.Value))]);
            _positions.Clear();
            IsFenced = false;
            _schedule.Broker.DealFree();
        }
    }

    private void TakeOver(int partition)
    {
        _schedule.Log.Add(new HistoryEvent.Fault($"{Name} takes over {partition}"));
        var start = _rebalances.Assigned(_consumer, [Records.Partition(partition)]).Single();
        _positions[partition] = start.Offset.Value;
        if (!IsFenced)
        {
            _schedule.Log.Add(new HistoryEvent.TookOver(Name, start.TopicPartition, start.Offset.Value));
        }
    }

    private void GiveUp(int partition)
    {
        if (_positions.Remove(partition, out var position))
        {
            _schedule.Log.Add(new HistoryEvent.Fault($"{Name} gives up {partition}"));
            _rebalances.Revoked(_consumer, [new TopicPartitionOffset(Records.Partition(partition), position)]);
        }
    }

    private void Receive()
    {
        foreach (var (partition, position) in _positions.ToArray())
        {
            var (offsets, next) = _schedule.Broker.Fetch(partition, position, MaxFetched);
            foreach (var offset in offsets.Where(_ => !_schedule.Mistakes.LosesRecord()))
            {
                Ledger.Receive(Records.Create(offset, partition));
            }

            _positions[partition] = next;
            if (offsets.Length < MaxFetched)
            {
                Ledger.Use(all => all.Reached(Records.Partition(partition), next));
            }
        }
    }

    private List<TopicPartitionOffset> Committed(List<TopicPartition> partitions)
    {
        _schedule.Interleave();
        return _schedule.Broker.Committed(partitions);
    }

    private void Commit(List<TopicPartitionOffset> offsets)
    {
        // The request arrives, or does not, somewhere among what happens until the answer is there.
        _schedule.Interleave();
        var fate = _schedule.NextFate();
        var error = IsFenced ? ErrorCode.IllegalGeneration : fate.Refusal;
        foreach (var offset in error == ErrorCode.NoError ? offsets : [])
        {
            _schedule.Broker.Commit(offset.TopicPartition, offset.Offset.Value);
        }

        _schedule.Interleave();
        if ((error == ErrorCode.NoError ? fate.Trouble : error) is not ErrorCode.NoError and var told)
        {
            throw new KafkaException(new Error(told));
        }
    }
}
