namespace KafkaConsume.Yarp.Tests.Races;

/// <summary>Mistakes that others have made, to be made again on purpose: a check that does not notice them is worth nothing.</summary>
public enum Mutant
{
    /// <summary>The library as it is.</summary>
    None,

    /// <summary>What has been read is committed, not what has been acknowledged.</summary>
    CommitsPosition,

    /// <summary>The highest acknowledged offset is committed, whatever is open below it.</summary>
    CommitsHighestAck,

    /// <summary>An ack is taken although its partition has gone to another member, or its time was up.</summary>
    TakesLateAcks,

    /// <summary>Commits are sent without waiting for earlier ones, and overtake each other.</summary>
    CommitsOvertake,

    /// <summary>A handler throws, and Kafka's client loses the record that it had in its hand.</summary>
    HandlerLosesRecord,

    /// <summary>A client that comes back gets what it had, while its old connection still has it.</summary>
    SharesLease,
}
