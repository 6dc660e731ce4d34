namespace KafkaConsume.Yarp.Leasing;

/// <summary>What a client says in one message, of the form that its <see cref="Kind"/> may have. Nothing in it has been checked against what there is.</summary>
/// <param name="Kind">What it says.</param>
internal sealed record AckMessage(AckKind Kind)
{
    /// <summary>Gets the batch that it is about; null if it names records.</summary>
    public string? Batch { get; init; }

    /// <summary>Gets the records that it is about; of a commit, the last record below each offset.</summary>
    public IReadOnlyList<RecordId> Records { get; init; } = [];

    /// <summary>Gets a value indicating whether a record stands for all that the client has of its partition, up to and including it.</summary>
    public bool IsCumulative { get; init; }

    /// <summary>Gets how many more records may be sent.</summary>
    public int Count { get; init; }

    /// <summary>Gets how long to wait before the records are handed out again; null for as long as the route waits.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Gets why the records could not be dealt with.</summary>
    public string? Reason { get; init; }
}
