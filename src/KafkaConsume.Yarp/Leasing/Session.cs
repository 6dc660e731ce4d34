using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>What the ledger knows about a stream: what it has, what it may have, and which partitions are its own. Used under the ledger's lock.</summary>
internal sealed class Session
{
    private readonly DeliveryRules _rules;
    private readonly PartitionDealer _dealer;
    private readonly LinkedList<Session> _ready;
    private readonly Action _wake;
    private readonly Dictionary<TopicPartition, (OwnedPartition Partition, long HandedTo)> _handed = [];
    private TaskCompletionSource? _emptied;

    public Session(DeliveryRules rules, PartitionDealer dealer, LinkedList<Session> ready, string? user, Action wake)
    {
        (_rules, _dealer, _ready, _wake) = (rules, dealer, ready, wake);
        Holder = new RecordHolder("", user) { Session = this };
        Line = dealer.IsByPartition ? new TurnLine(this) : dealer.Shared;
        Place = new LinkedListNode<Session>(this);
    }

    public string Id { get; } = UnguessableId.Create();

    /// <summary>Gets what the client has.</summary>
    public RecordHolder Holder { get; }

    /// <summary>Gets where the records come from.</summary>
    public TurnLine Line { get; }

    /// <summary>Gets the partitions that are this stream's alone.</summary>
    public List<OwnedPartition> Partitions { get; } = [];

    /// <summary>Gets or sets how many partitions there are for it. The dealer's own.</summary>
    public int Quota { get; set; }

    /// <summary>Gets or sets a value indicating whether it takes part.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Gets the place among those who wait and have room; in no list otherwise.</summary>
    public LinkedListNode<Session> Place { get; }

    public bool IsWaiting { get; private set; }

    /// <summary>Gets what was handed out while it waited.</summary>
    public HandedRecord[] Delivered { get; private set; } = [];

    /// <summary>Gets or sets how many records may still be sent.</summary>
    public long Permits { get; set; } = long.MaxValue;

    /// <summary>Gets a value indicating whether the client may have another record.</summary>
    public bool HasRoom => RoomForRecords > 0 && RoomForBytes > 0;

    public int RoomForRecords => (int)Math.Min(_rules.ClientMaxInFlight - Holder.Records.Count, Permits);

    public long RoomForBytes => _rules.ClientMaxInFlightBytes - Holder.Bytes;

    public void Wake() => _wake();

    /// <summary>Waits for records; they are delivered.</summary>
    public void Wait()
    {
        IsWaiting = true;
        Notice();
    }

    public void StopWaiting()
    {
        IsWaiting = false;
        if (Place.List is not null)
        {
            _ready.Remove(Place);
        }
    }

    /// <summary>Takes note that there may be something to hand out now.</summary>
    public void Notice()
    {
        if (IsWaiting && HasRoom && Place.List is null)
        {
            _ready.AddLast(Place);
        }
    }

    public void Deliver(HandedRecord[] records)
    {
        StopWaiting();
        Delivered = records;
        _wake();
    }

    public HandedRecord[] TakeDelivered()
    {
        var records = Delivered;
        Delivered = [];
        return records;
    }

    /// <summary>Takes note that the client has a record.</summary>
    public void Got(TrackedRecord record)
    {
        record.Partition.WithSessions++;
        if (_rules.CommitStrategy == KafkaCommitStrategy.Off)
        {
            _handed[record.Partition.Id] = (record.Partition, Math.Max(HandedTo(record.Partition), record.Offset + 1));
        }
    }

    /// <summary>Takes note that the client does not have a record any more.</summary>
    public void Gave(TrackedRecord record)
    {
        record.Partition.WithSessions--;
        _dealer.IsDue |= record.Partition is { IsLeaving: true, WithSessions: 0 };
        Notice();
        if (Holder.Records.Count == 0)
        {
            _emptied?.TrySetResult();
            _emptied = null;
        }
    }

    /// <summary>Gets the offset behind the last record of a partition that the client was handed, or 0.</summary>
    public long HandedTo(OwnedPartition partition) =>
        _handed.TryGetValue(partition.Id, out var handed) && handed.Partition == partition ? handed.HandedTo : 0;

    /// <summary>Waits until the client has no record any more.</summary>
    public Task WhenEmptyAsync()
    {
        if (Holder.Records.Count == 0)
        {
            return Task.CompletedTask;
        }

        _emptied ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _emptied.Task;
    }
}
