namespace KafkaConsume.Yarp;

/// <summary>How a gateway is a member of a consumer group: Kafka's <c>group.protocol</c>.</summary>
public enum KafkaGroupProtocol
{
    /// <summary>
    /// <see cref="Consumer"/> where the brokers have it, <see cref="Classic"/> where they do not or where the group has members that
    /// cannot be together with it. The default.
    /// </summary>
    Auto,

    /// <summary>The members assign partitions among themselves, cooperatively. All brokers have it.</summary>
    Classic,

    /// <summary>The brokers assign partitions (KIP-848, Apache Kafka 4.0 and later). Joining is quicker, and moves fewer partitions.</summary>
    Consumer,
}
