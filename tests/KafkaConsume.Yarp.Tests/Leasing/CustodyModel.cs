using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

/// <summary>
/// A group member on two partitions without Kafka, and beside it the plainest possible notes of what clients were given and have
/// acknowledged. Every step compares the two.
/// </summary>
internal sealed class CustodyModel
{
    public const int Partitions = 2;

    private static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly PartitionLedger _ledger;
    private readonly List<(RecordHolder Holder, HandedRecord[] Records)> _handed = [];
    private readonly Log[] _logs = [new(), new()];

    public CustodyModel(int maxDeliveries, int maxInFlight)
    {
        _ledger = new PartitionLedger(
            new DeliveryRules(KafkaCommitStrategy.Auto) { AckTimeout = AckTimeout, MaxDeliveries = maxDeliveries, MaxInFlight = maxInFlight }, _time);
        MaxInFlight = maxInFlight;
        Assign(0);
        Assign(1);
    }

    private int MaxInFlight { get; }

    public void Step(byte kind, byte a, byte b)
    {
        var partition = b % Partitions;
        switch (kind % 12)
        {
            case 0 or 1:
                _logs[partition].Produce(a % 20, isHole: b % 7 == 0);
                Receive(partition);
                break;
            case 2 or 3:
                HandOut(1 + (a % 10));
                break;
            case 4:
                OnHeld(a, b, Settle);
                break;
            case 5:
                OnHeld(a, b, record => _ledger.Custody.Fail(record, TimeSpan.FromSeconds(a % 3 * 10)));
                break;
            case 6:
                OnHeld(a, b, _ledger.Custody.Restart);
                break;
            case 7:
                _time.Advance(TimeSpan.FromSeconds(a % 16));
                _ledger.Sweep();
                break;
            case 8:
                Return(a, b);
                break;
            case 9:
                Commit();
                break;
            case 10:
                var last = _ledger.Revoke([Records.Partition(partition)]);
                last.ForEach(commit => _logs[partition].Committed = commit.Offset.Offset.Value);
                Assign(partition);
                break;
            default:
                _ledger.Lose([Records.Partition(partition)]);
                Assign(partition);
                break;
        }

        DropGivenUp();
        Check();
    }

    /// <summary>Lets clients who do everything right finish what there is.</summary>
    public void Finish()
    {
        for (var round = 0; round < 500 && Enumerable.Range(0, Partitions).Any(index => Owned(index).Tracker.CommitOffset < _logs[index].Next); round++)
        {
            _time.Advance(AckTimeout);
            _ledger.Sweep();
            DropGivenUp();
            HandOut(50);
            foreach (var (holder, _) in _handed.ToArray())
            {
                foreach (var record in holder.Records.ToArray())
                {
                    Settle(record);
                }
            }

            Check();
        }

        foreach (var (log, index) in _logs.Select((log, index) => (log, index)))
        {
            log.Acked.Should().BeEquivalentTo(log.Offsets, "every record comes until it is dealt with");
            Owned(index).Tracker.CommitOffset.Should().Be(log.Next);
            Owned(index).InFlight.Should().Be(0);
        }

        _ledger.Custody.Leased.Should().Be(0);
        (_ledger.Custody.Buffer.Count, _ledger.Custody.Buffer.Bytes).Should().Be((0, 0));
    }

    private void Assign(int partition)
    {
        var log = _logs[partition];
        _ledger.Assign([new PartitionStart(Records.Partition(partition), log.Committed, IsCommitted: true)]);
        log.Attempts.Clear();
        log.AckedNow.Clear();
        log.Position = log.Committed;
        Receive(partition);
    }

    private void Receive(int partition)
    {
        foreach (var offset in _logs[partition].Read())
        {
            _ledger.Add(Records.Create(offset, partition));
        }

        _ledger.Reached(Records.Partition(partition), _logs[partition].Next);
    }

    private void HandOut(int count)
    {
        var holder = new RecordHolder("", null);
        var handed = _ledger.Custody.HandOut(holder, count, int.MaxValue);
        _handed.Add((holder, handed));
        foreach (var (record, _, attempt) in handed)
        {
            var log = LogOf(record);
            log.AckedNow.Contains(record.Offset).Should().BeFalse("what has been acknowledged does not come again");
            log.Attempts[record.Offset] = log.Attempts.GetValueOrDefault(record.Offset) + 1;
            attempt.Should().Be(log.Attempts[record.Offset]);
        }
    }

    private void OnHeld(byte a, byte b, Action<TrackedRecord> action)
    {
        if (_handed.Count > 0 && _handed[a % _handed.Count] is { Records: { Length: > 0 } records } handed
            && records[b % records.Length].Tracked is { } record && record.Holder == handed.Holder)
        {
            action(record);
        }
    }

    private void Settle(TrackedRecord record)
    {
        _ledger.Settle(record);
        LogOf(record).Acked.Add(record.Offset);
        LogOf(record).AckedNow.Add(record.Offset);
    }

    private void Return(byte a, byte b)
    {
        if (_handed.Count > 0)
        {
            var (holder, records) = _handed[a % _handed.Count];
            foreach (var (record, _, _) in records[(b % (records.Length + 1))..].Where(record => record.Tracked.Holder == holder))
            {
                if (a % 2 == 0)
                {
                    _ledger.Custody.Return(record);
                }
                else
                {
                    _ledger.Custody.Lose(record, RecordFailures.Cut);
                }
            }
        }
    }

    private void Commit()
    {
        var pending = _ledger.Commits.Take(atOnce: true);
        foreach (var commit in pending)
        {
            var log = _logs[commit.Offset.Partition.Value];
            commit.Offset.Offset.Value.Should().BeGreaterThan(log.Committed, "a commit never goes back");
            log.Committed = commit.Offset.Offset.Value;
        }

        _ledger.Commits.Settle(pending, new Confluent.Kafka.ErrorCode[pending.Count]);
    }

    // Somebody has put it aside, so that it counts as dealt with.
    private void DropGivenUp()
    {
        while (_ledger.Custody.GivenUp.TryDequeue(out var record))
        {
            if (record.Partition.IsOwned)
            {
                Settle(record);
            }
        }
    }

    private void Check()
    {
        for (var index = 0; index < Partitions; index++)
        {
            var (log, owned) = (_logs[index], Owned(index));
            owned.Tracker.CommitOffset.Should().BeLessThanOrEqualTo(log.FirstUnacked);
            log.Committed.Should().BeLessThanOrEqualTo(log.FirstUnacked);
            var kept = Enumerable.Range(0, owned.Tracker.Span).Select(place => owned.Tracker[place]).ToArray();
            owned.InFlight.Should().Be(kept.Count(record => record.State is RecordState.Held or RecordState.Delayed)).And.BeLessThanOrEqualTo(MaxInFlight);
            owned.InFlightBytes.Should().Be(10 * owned.InFlight);
            owned.Count.Should().Be(kept.Count(record => record.State == RecordState.Waiting));
            kept.Any(record => record.Holder is not null && record.State != RecordState.Held).Should().BeFalse();
        }

        _ledger.Custody.Leased.Should().Be(_handed.Sum(handed => handed.Holder.Records.Count));
        _ledger.Custody.Buffer.Count.Should().Be(_ledger.Owned.Sum(owned => owned.Count));
        _ledger.Custody.Buffer.HasNext.Should().Be(_ledger.Owned.Any(owned => owned.Count > 0 && owned.InFlight < MaxInFlight));
    }

    private OwnedPartition Owned(int partition) => _ledger.Owned.Single(owned => owned.Id == Records.Partition(partition));

    private Log LogOf(TrackedRecord record) => _logs[record.Partition.Id.Partition.Value];

    /// <summary>A partition as Kafka has it, and what clients have said.</summary>
    private sealed class Log
    {
        public List<long> Offsets { get; } = [];

        public long Next { get; private set; }

        public long Position { get; set; }

        public long Committed { get; set; }

        /// <summary>Gets what has been acknowledged at any time.</summary>
        public HashSet<long> Acked { get; } = [];

        /// <summary>Gets what has been acknowledged during this ownership.</summary>
        public HashSet<long> AckedNow { get; } = [];

        public Dictionary<long, int> Attempts { get; } = [];

        public long FirstUnacked => Offsets.Where(offset => !Acked.Contains(offset)).DefaultIfEmpty(long.MaxValue).Min();

        public void Produce(int count, bool isHole)
        {
            Next += isHole ? 5 : 0;
            for (var number = 0; number < count; number++)
            {
                Offsets.Add(Next++);
            }
        }

        public long[] Read()
        {
            var read = Offsets.Where(offset => offset >= Position).ToArray();
            Position = Next;
            return read;
        }
    }
}
