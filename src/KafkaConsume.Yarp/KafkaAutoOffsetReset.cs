namespace KafkaConsume.Yarp;

/// <summary>Where reading starts when there is no position yet: Kafka's <c>auto.offset.reset</c>.</summary>
public enum KafkaAutoOffsetReset
{
    /// <summary>With what is produced from now on. The default.</summary>
    Latest,

    /// <summary>With the oldest record that Kafka still has.</summary>
    Earliest,
}
