namespace KafkaConsume.Yarp;

/// <summary>How the streams of a consumer group share what the gateway has of it.</summary>
public enum KafkaGroupDistribution
{
    /// <summary>
    /// Each partition goes to one stream at a time, so that a client gets the records of a partition in their order. There are no more
    /// busy clients than partitions. The default.
    /// </summary>
    Partition,

    /// <summary>
    /// Each record goes to whoever has room for it, so that any number of clients share a partition, and there is no order between what
    /// they do.
    /// </summary>
    Record,
}
