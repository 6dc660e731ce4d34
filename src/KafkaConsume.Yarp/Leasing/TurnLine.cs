namespace KafkaConsume.Yarp.Leasing;

/// <summary>Partitions that have something to give, in the order of their turns.</summary>
/// <param name="session">Who alone takes from here; null where everybody may.</param>
internal sealed class TurnLine(Session? session = null)
{
    private readonly LinkedList<OwnedPartition> _turns = new();

    /// <summary>Gets a value indicating whether there is a record that may be handed out.</summary>
    public bool HasNext => _turns.Count > 0;

    /// <summary>Gets the partition whose turn it is.</summary>
    public OwnedPartition First => _turns.First!.Value;

    /// <summary>Gets the next record, or null if none may be handed out.</summary>
    public TrackedRecord? Peek() => _turns.First?.Value.Peek();

    /// <summary>Ends a partition's turn, if it has it.</summary>
    public void EndTurn(OwnedPartition partition)
    {
        if (_turns.First == partition.Turn && _turns.Count > 1)
        {
            _turns.RemoveFirst();
            _turns.AddLast(partition.Turn);
        }
    }

    /// <summary>Takes a partition in when it has something to give, and out when it has not, or may not.</summary>
    public void Update(OwnedPartition partition, bool isNext = false)
    {
        var gives = partition.Count > 0 && !partition.IsBlocked;
        if (partition.Turn.List is not null && (!gives || isNext))
        {
            _turns.Remove(partition.Turn);
        }

        if (gives && partition.Turn.List is null)
        {
            Insert(partition.Turn, isNext);
            session?.Notice();
        }
    }

    public void Remove(OwnedPartition partition)
    {
        if (partition.Turn.List is not null)
        {
            _turns.Remove(partition.Turn);
        }
    }

    private void Insert(LinkedListNode<OwnedPartition> turn, bool isNext)
    {
        if (isNext)
        {
            _turns.AddFirst(turn);
        }
        else
        {
            _turns.AddLast(turn);
        }
    }
}
