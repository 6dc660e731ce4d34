namespace KafkaConsume.Yarp.Leasing;

/// <summary>What a client says about records.</summary>
internal enum AckKind
{
    /// <summary>They have been dealt with.</summary>
    Ack,

    /// <summary>They could not be dealt with, and are to be handed out again.</summary>
    Nack,

    /// <summary>Dealing with them takes longer.</summary>
    Extend,

    /// <summary>The group's position is to be an offset.</summary>
    Commit,

    /// <summary>More records may be sent.</summary>
    Permit,
}
