namespace KafkaConsume.Yarp;

/// <summary>When a group's position moves. Kong calls this setting <c>commit_strategy</c>.</summary>
public enum KafkaCommitStrategy
{
    /// <summary>
    /// A batch is committed after its whole answer has been written to a client that was still there, and what went over a stream after the
    /// client has shown that it is still there. The default.
    /// </summary>
    Auto,

    /// <summary>Nothing is committed but what clients say by <c>POST</c>: after a restart or a rebalance the group reads again from there.</summary>
    Off,

    /// <summary>
    /// Clients acknowledge what they have worked on. What they do not acknowledge within
    /// <see cref="KafkaRouteOptions.AckTimeout"/> is handed out again. In metadata: <c>client-acks</c>.
    /// </summary>
    ClientAcks,
}
