namespace KafkaConsume.Yarp.Tailing;

/// <summary>Where a client wants to begin, what of, and how far. At most one of the first four is set; none means the route's default.</summary>
internal sealed record StartRequest
{
    /// <summary>Gets a cursor that an earlier answer of this route gave.</summary>
    public string? Cursor { get; init; }

    /// <summary>Gets a value indicating whether to begin with the oldest record, or with the next (false).</summary>
    public bool? Earliest { get; init; }

    /// <summary>Gets the time of the first record, in milliseconds since 1970.</summary>
    public long? TimestampMs { get; init; }

    /// <summary>Gets how many records back from the end of each partition.</summary>
    public long? Back { get; init; }

    /// <summary>Gets the partitions to read; null for all.</summary>
    public IReadOnlyList<PartitionChoice>? Partitions { get; init; }

    /// <summary>Gets where to end; null for never.</summary>
    public EndRequest? Until { get; init; }
}
