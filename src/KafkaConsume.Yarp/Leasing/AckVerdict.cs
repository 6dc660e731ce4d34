namespace KafkaConsume.Yarp.Leasing;

/// <summary>What a client may say about a record.</summary>
internal enum AckVerdict
{
    /// <summary>Anything: the client has it.</summary>
    Held,

    /// <summary>That it has been dealt with, which is known already.</summary>
    Settled,

    /// <summary>Nothing any more: its time was up, or it was taken away for another reason.</summary>
    Stale,

    /// <summary>Nothing here: its partition belongs to another member of the group, which may have handed it out.</summary>
    Elsewhere,

    /// <summary>Nothing: it was never handed out.</summary>
    Unknown,
}
