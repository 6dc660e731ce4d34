using Confluent.Kafka;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>What a history has told of one partition so far.</summary>
internal sealed class PartitionTrace(TopicPartition id)
{
    private readonly Dictionary<long, RecordTrace> _records = [];
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly Queue<(TimeSpan Since, RecordTrace Record, int DeliveredAt)> _holding = new();
    private readonly List<(int At, long Offset)> _confirmed = [];
    private long[]? _produced;

    public TopicPartition Id { get; } = id;

    /// <summary>Gets a number that grows with every fault.</summary>
    public int Epoch { get; private set; }

    /// <summary>Gets the gateways that have the partition, as far as that is known: one, with a cluster that does as it should.</summary>
    public HashSet<string> Owners { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the event by which the last of them got it.</summary>
    public int OwnedSince { get; private set; } = -1;

    /// <summary>Gets the offsets of the records that were produced, in order.</summary>
    public long[] Produced => _produced ??= [.. _records.Where(record => record.Value.IsProduced).Select(record => record.Key).Order()];

    /// <summary>Gets or sets the last committed offset that was read, or -1.</summary>
    public long Committed { get; set; } = -1;

    /// <summary>Gets or sets how many of <see cref="Produced"/> have been looked at because they are committed.</summary>
    public int Passed { get; set; }

    /// <summary>Gets the records that have come again since the last fault.</summary>
    public HashSet<long> Repeated { get; } = [];

    public IEnumerable<KeyValuePair<long, RecordTrace>> Records => _records.OrderBy(record => record.Key);

    public RecordTrace this[long offset]
    {
        get
        {
            if (!_records.TryGetValue(offset, out var record))
            {
                _records.Add(offset, record = new RecordTrace());
            }

            return record;
        }
    }

    /// <summary>Takes note that from now on nobody surely has anything.</summary>
    public void BeginEpoch()
    {
        Epoch++;
        Repeated.Clear();
        _held.Clear();
        _holding.Clear();
    }

    /// <summary>Takes note that a gateway has the partition now.</summary>
    public void TakeOver(string gateway, int at, bool isAlone)
    {
        if (isAlone)
        {
            Owners.Clear();
        }

        Owners.Add(gateway);
        OwnedSince = at;
    }

    /// <summary>Says whether another gateway has the partition for all that is known.</summary>
    public bool IsForeign(string gateway) => Owners.Count > 0 && !Owners.Contains(gateway);

    public void Confirm(int at, long offset)
    {
        if (_confirmed.Count == 0 || _confirmed[^1].Offset < offset)
        {
            _confirmed.Add((at, offset));
        }
    }

    /// <summary>Gets what clients had been told is committed when there were so many events.</summary>
    public long ConfirmedBefore(int count)
    {
        var (low, high) = (0, _confirmed.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _confirmed[middle].At < count ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? 0 : _confirmed[low - 1].Offset;
    }

    /// <summary>Takes note that somebody has a record.</summary>
    /// <returns>How many records clients of that gateway surely have now.</returns>
    public int Hold(RecordTrace record, HistorySession holder, TimeSpan expired)
    {
        while (_holding.TryPeek(out var oldest) && oldest.Since <= expired)
        {
            _holding.Dequeue();
            if (oldest.Record.DeliveredAt == oldest.DeliveredAt)
            {
                Release(oldest.Record);
            }
        }

        record.HeldEpoch = Epoch;
        _holding.Enqueue((record.HandedTime, record, record.DeliveredAt));
        return _held[holder.Gateway] = _held.GetValueOrDefault(holder.Gateway) + 1;
    }

    /// <summary>Takes note that a record may be with nobody.</summary>
    public void Release(RecordTrace record)
    {
        if (record.HeldEpoch == Epoch && record.Holder is { } holder)
        {
            _held[holder.Gateway]--;
        }

        record.HeldEpoch = -1;
    }
}
