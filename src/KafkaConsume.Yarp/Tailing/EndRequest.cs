namespace KafkaConsume.Yarp.Tailing;

/// <summary>Where a client wants to end. One of the properties is set, or none: then it is where the topics end now.</summary>
internal sealed record EndRequest
{
    /// <summary>Gets a cursor of this route: what lies behind it is not wanted.</summary>
    public string? Cursor { get; init; }

    /// <summary>Gets a time that has passed, in milliseconds since 1970: what is from then on is not wanted.</summary>
    public long? TimestampMs { get; init; }
}
