namespace KafkaConsume.Yarp.Consuming;

/// <summary>A header where it lies.</summary>
internal readonly ref struct RecordHeader(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> value, bool hasValue)
{
    /// <summary>Gets the name, which is valid UTF-8 and may be empty.</summary>
    public ReadOnlySpan<byte> NameUtf8 { get; } = nameUtf8;

    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>Gets a value indicating whether there is a value; an empty one is one, null is not.</summary>
    public bool HasValue { get; } = hasValue;
}
