namespace KafkaConsume.Yarp.Configuration;

/// <summary>Which clients a librdkafka property does something for.</summary>
internal enum KafkaPropertyScope
{
    /// <summary>All, the one that asks for partitions and offsets included.</summary>
    Client,

    /// <summary>All that read records.</summary>
    Consumer,

    /// <summary>Those that read as a member of a consumer group.</summary>
    Group,
}
