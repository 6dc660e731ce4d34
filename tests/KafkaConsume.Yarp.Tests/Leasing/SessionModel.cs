using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

/// <summary>
/// Streams and requests that share the partitions of a gateway, without Kafka, and beside them the plainest possible notes of who has what. Every
/// step compares the two.
/// </summary>
internal sealed class SessionModel
{
    private const int MaxPartitions = 5;
    private const int MaxSessions = 5;
    private const int MaxInFlight = 6;

    private static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly GroupLedger _ledger;
    private readonly bool _isByPartition;
    private readonly List<Stream> _streams = [];
    private readonly List<RecordBatch> _batches = [];
    private readonly long[] _produced = new long[MaxPartitions];
    private readonly HashSet<long>[] _settled = [.. Enumerable.Range(0, MaxPartitions).Select(_ => new HashSet<long>())];

    public SessionModel(KafkaGroupDistribution distribution)
    {
        _isByPartition = distribution == KafkaGroupDistribution.Partition;
        _ledger = new GroupLedger(
            new DeliveryRules(KafkaCommitStrategy.ClientAcks)
            {
                AckTimeout = AckTimeout,
                ClientMaxInFlight = MaxInFlight,
                Distribution = distribution,
            },
            _time);
        Assign(0);
        Assign(1);
    }

    private IReadOnlyCollection<OwnedPartition> Owned => _ledger.Use(all => all.Owned);

    public void Step(byte kind, byte a, byte b)
    {
        var partition = b % MaxPartitions;
        switch (kind % 14)
        {
            case 0 or 1:
                Produce(partition, 1 + (a % 8));
                break;
            case 2 when _streams.Count < MaxSessions:
                _streams.Add(new Stream(_ledger));
                break;
            case 3:
                OnStream(a, stream => Leave(stream, isCut: b % 2 == 0));
                break;
            case 4 or 5 or 6:
                OnStream(a, Take);
                break;
            case 7 or 8:
                OnHeld(a, b, (stream, record) => Say(stream, record, AckKind.Ack));
                break;
            case 9:
                OnHeld(a, b, (stream, record) => Say(stream, record, AckKind.Nack));
                break;
            case 10:
                _time.Advance(TimeSpan.FromSeconds(a % 16));
                _ledger.Sweep();
                break;
            case 11:
                Assign(partition);
                break;
            case 12:
                _ledger.Use(all => all.Lose([Records.Partition(partition)]));
                _ledger.Serve();
                break;
            default:
                TakeBatch(a, b);
                break;
        }

        Check();
    }

    /// <summary>Lets clients who do everything right finish what there is.</summary>
    public void Finish()
    {
        for (var partition = 0; partition < MaxPartitions; partition++)
        {
            if (Find(partition) is null)
            {
                Assign(partition);
            }
        }

        _batches.ForEach(batch => batch.Return());
        if (_streams.Count == 0)
        {
            _streams.Add(new Stream(_ledger));
        }

        for (var round = 0; round < 2_000 && Owned.Any(owned => owned.Tracker.CommitOffset < _produced[owned.Id.Partition.Value]); round++)
        {
            _time.Advance(AckTimeout / 100);
            _ledger.Sweep();
            foreach (var stream in _streams)
            {
                Take(stream);
                foreach (var record in stream.Held.ToArray())
                {
                    Say(stream, record, AckKind.Ack);
                }
            }

            Check();
        }

        Owned.Should().AllSatisfy(owned => owned.Tracker.CommitOffset.Should().Be(_produced[owned.Id.Partition.Value], "every record comes until it is settled"));
        Owned.Any(owned => owned.IsLeaving || owned.WithSessions > 0).Should().BeFalse();
    }

    private void Produce(int partition, int count)
    {
        _produced[partition] += count;
        if (Find(partition) is not null)
        {
            _ledger.Receive(_produced[partition] - count, count, partition);
        }
    }

    private void Assign(int partition)
    {
        var committed = Enumerable.Range(0, (int)_produced[partition]).FirstOrDefault(offset => !_settled[partition].Contains(offset), (int)_produced[partition]);
        _ledger.Use(all => all.Assign([Records.Start(partition, committed)]));
        _ledger.Receive(committed, (int)_produced[partition] - committed, partition);
    }

    private OwnedPartition? Find(int partition) => _ledger.Use(all => all.Find(Records.Partition(partition)));

    private void OnStream(byte a, Action<Stream> act)
    {
        if (_streams.Count > 0)
        {
            act(_streams[a % _streams.Count]);
        }
    }

    private void OnHeld(byte a, byte b, Action<Stream, HandedRecord> act) => OnStream(a, stream =>
    {
        if (stream.Held.ToArray() is { Length: > 0 } held)
        {
            act(stream, held[b % held.Length]);
        }
    });

    private void Leave(Stream stream, bool isCut)
    {
        if (isCut)
        {
            stream.Session.Cut();
        }

        stream.Session.Dispose();
        _streams.Remove(stream);
    }

    private void Take(Stream stream)
    {
        var records = stream.Session.Take();
        foreach (var record in records)
        {
            _streams.Where(other => other != stream).SelectMany(other => other.HolderRecords)
                .Any(held => _isByPartition ? held.Partition == record.Tracked.Partition : held == record.Tracked)
                .Should().BeFalse("nobody else has it, or anything of a partition that is dealt");
        }

        foreach (var partition in records.GroupBy(record => record.Tracked.Partition))
        {
            partition.Select(record => record.Tracked.Offset).Should().BeInAscendingOrder();
        }

        stream.Records.AddRange(records);
        stream.Session.Sent(records);
    }

    private void Say(Stream stream, HandedRecord record, AckKind kind)
    {
        var id = new RecordId(record.Tracked.Partition.Id, record.Tracked.Offset);
        stream.Session.Acknowledge(new AckMessage(kind) { Records = [id] }).Outcome.Problem.Should().BeNull();
        if (kind == AckKind.Ack)
        {
            _settled[id.Partition.Partition.Value].Add(id.Offset);
        }

        // Nobody may say anything about what another has, or had.
        foreach (var other in _streams.Where(other => other != stream && kind != AckKind.Ack))
        {
            (other.Session.Acknowledge(new AckMessage(AckKind.Extend) { Records = [id] }).Outcome.Problem is null)
                .Should().Be(record.Tracked.Holder == other.Holder);
        }
    }

    private void TakeBatch(byte a, byte b)
    {
        if (a % 3 > 0 && _batches.Count > 0)
        {
            _batches[b % _batches.Count].Return();
            return;
        }

        var taking = _ledger.TakeAsync(1 + (b % 5), 1_000_000, TimeSpan.Zero, "bob", default).AsTask();
        taking.IsCompletedSuccessfully.Should().BeTrue();
        var batch = taking.GetAwaiter().GetResult();
        _batches.Add(batch);
        if (_isByPartition && _streams.Count > 0)
        {
            batch.Records.Should().BeEmpty("the streams have all there is");
        }
    }

    private void Check()
    {
        var owned = Owned;
        if (_isByPartition)
        {
            var counts = _streams.Select(stream => owned.Count(partition => partition.Session?.Holder == stream.Holder)).ToArray();
            counts.Sum().Should().Be(_streams.Count == 0 ? 0 : owned.Count, "each partition has one stream");
            if (counts.Length > 0 && owned.All(partition => !partition.IsLeaving))
            {
                (counts.Max() - counts.Min()).Should().BeLessThanOrEqualTo(1);
            }

            owned.Any(partition => partition is { IsLeaving: true, WithSessions: 0 }).Should().BeFalse();
        }
        else
        {
            owned.Any(partition => partition.Session is not null).Should().BeFalse();
        }

        foreach (var partition in owned)
        {
            partition.WithSessions.Should().Be(_streams.Sum(stream => stream.HolderRecords.Count(record => record.Partition == partition)));
            var unsettled = Enumerable.Range(0, (int)_produced[partition.Id.Partition.Value]).FirstOrDefault(
                offset => !_settled[partition.Id.Partition.Value].Contains(offset), int.MaxValue);
            partition.Tracker.CommitOffset.Should().BeLessThanOrEqualTo(unsettled);
        }

        _streams.Exists(stream => stream.HolderRecords.Count > MaxInFlight).Should().BeFalse();
        _ledger.Use(all => all.Custody.Buffer.Count).Should().Be(owned.Sum(partition => partition.Count));
    }

    /// <summary>A stream, and what went over it.</summary>
    private sealed class Stream
    {
        public Stream(GroupLedger ledger)
        {
            Session = new GroupSession(ledger, "ada", needsPermits: false, () => { });
            Session.Enter();
        }

        public GroupSession Session { get; }

        public RecordHolder Holder => Session.Holder;

        public List<HandedRecord> Records { get; } = [];

        public IReadOnlyList<TrackedRecord> HolderRecords => Holder.Records;

        /// <summary>Gets what the client has that it has seen.</summary>
        public IEnumerable<HandedRecord> Held => Records.Where(
            record => record.Tracked.Holder == Holder && record.Tracked.Attempts == record.Attempt);
    }
}
