using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>What a check of a history knows so far, and what it knows beforehand: how everything ended.</summary>
internal sealed class HistoryWorld
{
    private readonly IReadOnlyList<HistoryEvent> _events;
    private readonly Dictionary<TopicPartition, PartitionTrace> _partitions = [];
    private readonly List<string> _violations = [];
    private TimeSpan? _faultTime;

    public HistoryWorld(IReadOnlyList<HistoryEvent> events, HistoryRules rules)
    {
        _events = events;
        Rules = rules;
        var answers = events.OfType<HistoryEvent.Answered>().ToDictionary(answer => answer.Id);
        Words = events.OfType<HistoryEvent.Said>().ToDictionary(said => said.Id, said => new Said(said, answers.GetValueOrDefault(said.Id)));
        foreach (var record in events.OfType<HistoryEvent.Produced>().SelectMany(produced => produced.Records))
        {
            (this[record.Partition][record.Offset].IsProduced, this[record.Partition][record.Offset].Hash) = (true, record.Hash);
        }

        foreach (var (seen, at) in events.Select((seen, at) => (seen, at)))
        {
            if (seen is HistoryEvent.GivenUp given)
            {
                var record = this[given.Record.Partition][given.Record.Offset];
                record.GivenUpAt = Math.Min(record.GivenUpAt, at);
                record.IsDeadLetter |= given.IsDeadLetter;
            }
            else if (seen is HistoryEvent.SessionEnded { AliveAfter: { } aliveAfter } ended)
            {
                AliveAfter[ended.Session] = aliveAfter;
            }
        }

        foreach (var end in events.OfType<HistoryEvent.Quiet>().SelectMany(quiet => quiet.Ends))
        {
            Ends[end.TopicPartition] = end.Offset.Value;
        }
    }

    public HistoryRules Rules { get; }

    /// <summary>Gets or sets the event that is looked at.</summary>
    public int At { get; set; }

    public TimeSpan Now => _events[At].At;

    /// <summary>Gets the last fault, or -1.</summary>
    public int FaultAt { get; private set; } = -1;

    /// <summary>Gets a value indicating whether the last fault may not be over.</summary>
    public bool IsDisturbed => _faultTime is { } since && Rules.FaultGrace > TimeSpan.Zero && Now - since <= Rules.FaultGrace;

    public Dictionary<string, HistorySession> Sessions { get; } = new(StringComparer.Ordinal);

    public Dictionary<long, Said> Words { get; }

    public Dictionary<TopicPartition, long> Ends { get; } = [];

    /// <summary>Gets, for streams that ended without a good-bye, how many events there were when they surely had not ended.</summary>
    public Dictionary<string, int> AliveAfter { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the dead letters, with how often each is there.</summary>
    public Dictionary<RecordId, int> DeadLetters { get; } = [];

    public IEnumerable<PartitionTrace> Partitions => _partitions.Values;

    public IReadOnlyList<string> Violations => _violations;

    public PartitionTrace this[TopicPartition id]
    {
        get
        {
            if (!_partitions.TryGetValue(id, out var partition))
            {
                _partitions.Add(id, partition = new PartitionTrace(id));
            }

            return partition;
        }
    }

    /// <summary>Gets a time at which there were so many events.</summary>
    public TimeSpan TimeOf(int count) => count == 0 ? TimeSpan.Zero : _events[count - 1].At;

    /// <summary>Says whether a fault may have come between two handings out, the later of which is seen now.</summary>
    public bool HasFaultSince(int handedAfter) =>
        FaultAt >= handedAfter || (_faultTime is { } since && TimeOf(handedAfter) - since <= Rules.FaultGrace && Rules.FaultGrace > TimeSpan.Zero);

    /// <summary>Gets the records that were produced when there were so many events.</summary>
    public IEnumerable<HistoryRecord> ProducedBefore(int count) =>
        _events.Take(count).OfType<HistoryEvent.Produced>().SelectMany(produced => produced.Records);

    public void BeginFault()
    {
        (FaultAt, _faultTime) = (At, Now);
        foreach (var partition in _partitions.Values)
        {
            partition.BeginEpoch();
        }
    }

    public void Violate(string invariant, string what) =>
        _violations.Add(FormattableString.Invariant($"{invariant}: {what} (event {At}, {Now.TotalSeconds:0.000} s)"));
}
