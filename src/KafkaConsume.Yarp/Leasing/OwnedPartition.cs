using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// One ownership of a partition: from an assignment until it is revoked or lost. What belongs to an ownership that has ended
/// counts for nothing, however soon the same partition comes back.
/// </summary>
internal sealed class OwnedPartition(TopicPartition id, long epoch, DeliveryRules rules)
{
    private readonly Queue<TrackedRecord> _fresh = new();

    // Whatever has been handed out before is older than all that has not.
    private readonly PriorityQueue<TrackedRecord, long> _returned = new();
    private readonly PriorityQueue<TrackedRecord, long> _delayed = new();
    private LinkedListNode<OwnedPartition>? _turn;
    private long _requested = -1;

    public TopicPartition Id { get; } = id;

    /// <summary>Gets the number of this ownership; later ones have larger numbers.</summary>
    public long Epoch { get; } = epoch;

    public bool IsOwned { get; private set; } = true;

    public PartitionTracker Tracker { get; } = new();

    /// <summary>Gets or sets the committed offset that Kafka is known to have, or -1.</summary>
    public long Committed { get; set; } = -1;

    /// <summary>Gets the offset that is to be committed, or -1.</summary>
    public long CommitTarget => rules.CommitStrategy == KafkaCommitStrategy.Off ? Math.Min(_requested, Tracker.CommitOffset) : Tracker.CommitOffset;

    public bool IsCommitDue => IsOwned && CommitTarget > Committed;

    /// <summary>
    /// Gets or sets a value indicating whether commits name no leader epoch. A cluster that compares it with the partition's own would never take
    /// the one of records that came before the leader changed.
    /// </summary>
    public bool OmitsLeaderEpoch { get; set; }

    /// <summary>Gets those who wait until Kafka has the commit.</summary>
    public CommitConfirmations Confirmations { get; } = new();

    /// <summary>Gets the line from which the partition is handed out; null while it is not.</summary>
    public TurnLine? Line { get; private set; }

    /// <summary>Gets or sets the stream that has the partition. The dealer's own.</summary>
    public Session? Session { get; set; }

    /// <summary>Gets or sets a value indicating whether the partition is to go to another stream. The dealer's own.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Gets or sets how many records the clients of streams have.</summary>
    public int WithSessions { get; set; }

    /// <summary>Gets how often a record has been handed out.</summary>
    public long Taken { get; private set; }

    /// <summary>Gets the partition's place in its line; in no list when it gives nothing.</summary>
    public LinkedListNode<OwnedPartition> Turn => _turn ??= new LinkedListNode<OwnedPartition>(this);

    /// <summary>Gets how many records wait to be handed out.</summary>
    public int Count => _fresh.Count + _returned.Count;

    /// <summary>Gets the bytes of the records that wait.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets how many records have been handed out that are neither settled nor back, those with streams left out, which have limits of their own.</summary>
    public int InFlight { get; private set; }

    /// <summary>Gets the bytes of these records.</summary>
    public long InFlightBytes { get; private set; }

    /// <summary>Gets the first offset that was handed out; nothing is below it before there is one.</summary>
    public long HandedFrom { get; private set; } = long.MaxValue;

    /// <summary>Gets the offset behind the last record that was handed out, or 0.</summary>
    public long HandedTo { get; private set; }

    /// <summary>Gets a value indicating whether clients have as much of the partition as they may.</summary>
    public bool IsBlocked => InFlight >= rules.MaxInFlight || InFlightBytes >= rules.MaxInFlightBytes;

    /// <summary>Gets how many records the partition may be read ahead of its first unsettled one.</summary>
    public int MaxSpan => rules.MaxSpan;

    /// <summary>Takes a record from Kafka.</summary>
    /// <returns>The record, or null if it is not behind all earlier ones; then nothing has changed.</returns>
    public TrackedRecord? Add(StoredRecord stored)
    {
        var record = new TrackedRecord(stored, this);
        if (!Tracker.Add(record))
        {
            return null;
        }

        _fresh.Enqueue(record);
        Bytes += record.Size;
        return record;
    }

    public TrackedRecord Peek() => _returned.Count > 0 ? _returned.Peek() : _fresh.Peek();

    /// <summary>Goes to another line, or to none.</summary>
    public void Enter(TurnLine? line)
    {
        if (Line != line)
        {
            Line?.Remove(this);
            Line = line;
            Line?.Update(this);
        }
    }

    /// <summary>Goes into its line when it has something to give, and out of it when it has not, or may not.</summary>
    /// <param name="isNext">Whether it is next.</param>
    public void Queue(bool isNext = false) => Line?.Update(this, isNext);

    /// <summary>Takes the next record to be handed out.</summary>
    public TrackedRecord Dequeue(bool toSession = false)
    {
        var record = _returned.Count > 0 ? _returned.Dequeue() : _fresh.Dequeue();
        record.IsWithSession = toSession;
        Move(record, RecordState.Held);
        Taken++;
        HandedFrom = Math.Min(HandedFrom, record.Offset);
        HandedTo = Math.Max(HandedTo, record.Offset + 1);
        return record;
    }

    /// <summary>Lets a record wait that was handed out, before all later ones.</summary>
    public void Return(TrackedRecord record)
    {
        Move(record, RecordState.Waiting);
        _returned.Enqueue(record, record.Offset);
    }

    /// <summary>Keeps a record that was handed out from being handed out again before a moment.</summary>
    public void Delay(TrackedRecord record, long until)
    {
        Move(record, RecordState.Delayed);
        _delayed.Enqueue(record, until);
    }

    /// <summary>Gives the next record whose delay is over.</summary>
    public TrackedRecord? TakeDelayed(long now) =>
        _delayed.TryPeek(out var record, out var until) && until <= now ? _delayed.Dequeue() : null;

    public void GiveUp(TrackedRecord record) => Move(record, RecordState.GivenUp);

    /// <summary>Takes note that a record that is not waiting has been dealt with.</summary>
    public void Settle(TrackedRecord record)
    {
        Move(record, RecordState.Settled);
        record.Drop();
        Tracker.Pass();
    }

    /// <summary>Takes note that a client wants an offset to be committed, where nothing else decides.</summary>
    public void RequestCommit(long offset) => _requested = Math.Max(_requested, offset);

    /// <summary>Takes note that Kafka has committed an offset.</summary>
    public void Confirm(long offset)
    {
        Committed = Math.Max(Committed, offset);
        Confirmations.Reached(Committed);
    }

    public void End()
    {
        IsOwned = false;
        _fresh.Clear();
        _returned.Clear();
        _delayed.Clear();
        Bytes = 0;
        InFlight = 0;
        InFlightBytes = 0;
    }

    // The counts follow from the states, so that none can be forgotten on one of the many ways that a record may take.
    private void Move(TrackedRecord record, RecordState state)
    {
        Count(record, -1);
        record.State = state;
        Count(record, 1);

        void Count(TrackedRecord counted, int sign)
        {
            if (counted.State == RecordState.Waiting)
            {
                Bytes += sign * counted.Size;
            }
            else if (counted.State != RecordState.Settled && !(counted.State == RecordState.Held && counted.IsWithSession))
            {
                InFlight += sign;
                InFlightBytes += sign * counted.Size;
            }
        }
    }
}
