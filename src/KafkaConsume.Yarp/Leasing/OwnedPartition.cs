using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// One ownership of a partition: from an assignment until it is revoked or lost. What belongs to an ownership that has ended
/// counts for nothing, however soon the same partition comes back.
/// </summary>
internal sealed class OwnedPartition(TopicPartition id, long epoch)
{
    private readonly Queue<BufferedRecord> _fresh = new();

    // Whatever has been handed out before is older than all that has not.
    private readonly PriorityQueue<BufferedRecord, long> _returned = new();
    private LinkedListNode<OwnedPartition>? _turn;

    public TopicPartition Id { get; } = id;

    /// <summary>Gets the number of this ownership; later ones have larger numbers.</summary>
    public long Epoch { get; } = epoch;

    public bool IsOwned { get; private set; } = true;

    public PartitionTracker Tracker { get; } = new();

    /// <summary>Gets or sets the committed offset that Kafka is known to have, or -1.</summary>
    public long Committed { get; set; } = -1;

    public bool IsCommitDue => IsOwned && Tracker.CommitOffset > Committed;

    /// <summary>Gets the partition's place among those that the buffer hands out from; in no list when nothing waits.</summary>
    public LinkedListNode<OwnedPartition> Turn => _turn ??= new LinkedListNode<OwnedPartition>(this);

    /// <summary>Gets how many records wait to be handed out.</summary>
    public int Count => _fresh.Count + _returned.Count;

    public long Bytes { get; private set; }

    public void Add(BufferedRecord record)
    {
        _fresh.Enqueue(record);
        Bytes += record.Size;
    }

    public void Return(BufferedRecord record)
    {
        _returned.Enqueue(record, record.Offset);
        Bytes += record.Size;
    }

    public BufferedRecord Peek() => _returned.Count > 0 ? _returned.Peek() : _fresh.Peek();

    public BufferedRecord Dequeue()
    {
        var record = _returned.Count > 0 ? _returned.Dequeue() : _fresh.Dequeue();
        Bytes -= record.Size;
        return record;
    }

    public void End()
    {
        IsOwned = false;
        _fresh.Clear();
        _returned.Clear();
        Bytes = 0;
    }
}
