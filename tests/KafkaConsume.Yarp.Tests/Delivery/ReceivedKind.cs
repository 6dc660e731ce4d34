namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>What a client can get.</summary>
internal enum ReceivedKind
{
    Record,

    /// <summary>A sign of life: where the client stands, or a heartbeat.</summary>
    Position,
    /// <summary>A question that a client has to answer, or it is taken for dead.</summary>
    Ping,
    Gap,
    Error,

    /// <summary>An answer that is neither a stream nor a batch.</summary>
    Refusal,
}
