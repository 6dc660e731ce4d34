namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>What a client can get.</summary>
internal enum ReceivedKind
{
    Record,
    Position,
    Gap,
    Error,

    /// <summary>An answer that is neither a stream nor a batch.</summary>
    Refusal,
}
