namespace KafkaConsume.Yarp.Tests.History;

/// <summary>What was promised to the clients of a history.</summary>
internal sealed record HistoryRules
{
    /// <summary>Gets how long a client may keep a record.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets after how many failures a record may be given up; 0 for never.</summary>
    public int MaxDeliveries { get; init; }

    /// <summary>Gets how many records of a partition clients of one gateway may have.</summary>
    public int MaxInFlight { get; init; } = int.MaxValue;

    /// <summary>Gets how many records of a partition may come again after one fault.</summary>
    public int Window { get; init; } = int.MaxValue;

    /// <summary>Gets for how long a fault goes on after it was noted: until all its rebalances are over.</summary>
    public TimeSpan FaultGrace { get; init; }

    /// <summary>Gets how long a client may wait in vain while there are records for it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets a value indicating whether the cluster may take a gateway for lost, give its partitions to another one, and then hear it all the same, as the
    /// in-process cluster does. Apache Kafka does not.
    /// </summary>
    public bool MayHaveTwoOwners { get; init; }
}
