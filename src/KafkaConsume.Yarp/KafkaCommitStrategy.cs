namespace KafkaConsume.Yarp;

/// <summary>When a group's position moves. Kong calls this setting <c>commit_strategy</c>.</summary>
public enum KafkaCommitStrategy
{
    /// <summary>A batch is committed after its whole answer has been written to a client that was still there. The default.</summary>
    Auto,

    /// <summary>Nothing is committed: after a restart or a rebalance the group reads again from where it stood.</summary>
    Off,
}
