namespace KafkaConsume.Yarp.Leasing;

/// <summary>What a client may say about a record.</summary>
internal enum AckVerdict
{
    /// <summary>Anything: the client has it.</summary>
    Held,

    /// <summary>That it has been dealt with, which is known already.</summary>
    Settled,

    /// <summary>Nothing any more: its time was up, or its partition has gone to another member of the group.</summary>
    Stale,

    /// <summary>Nothing: it was never handed out.</summary>
    Unknown,
}
