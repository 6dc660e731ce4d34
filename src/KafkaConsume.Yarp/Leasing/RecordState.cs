namespace KafkaConsume.Yarp.Leasing;

/// <summary>What has become of a record since Kafka gave it.</summary>
internal enum RecordState
{
    /// <summary>It waits to be handed out, for the first time or again.</summary>
    Waiting,

    /// <summary>A client has it.</summary>
    Held,

    /// <summary>It was handed out in vain, and is to wait for a while before it is handed out again.</summary>
    Delayed,

    /// <summary>It was handed out in vain too often, and goes to no client any more.</summary>
    GivenUp,

    /// <summary>It has been dealt with.</summary>
    Settled,
}
