namespace KafkaConsume.Embedded;

/// <summary>
/// The requests of the Kafka protocol that an <see cref="EmbeddedKafka"/> answers, by their API key.
/// </summary>
/// <remarks>A client that sends any other request is told that the brokers do not support it.</remarks>
public enum KafkaApi
{
    /// <summary>A producer writes records.</summary>
    Produce = 0,

    /// <summary>A consumer reads records.</summary>
    Fetch = 1,

    /// <summary>A client asks for the first or the last offset of partitions.</summary>
    ListOffsets = 2,

    /// <summary>A client asks for brokers, topics and leaders.</summary>
    Metadata = 3,

    /// <summary>A consumer commits offsets of its group.</summary>
    OffsetCommit = 8,

    /// <summary>A client asks for the committed offsets of a group.</summary>
    OffsetFetch = 9,

    /// <summary>A client asks which broker coordinates a group or a transactional producer.</summary>
    FindCoordinator = 10,

    /// <summary>A member joins a group of the classic protocol.</summary>
    JoinGroup = 11,

    /// <summary>A member of a classic group shows that it is alive.</summary>
    Heartbeat = 12,

    /// <summary>A member leaves a classic group.</summary>
    LeaveGroup = 13,

    /// <summary>A member of a classic group fetches, or as the leader hands out, the assignment.</summary>
    SyncGroup = 14,

    /// <summary>A client asks which requests a broker supports: the first request on every connection.</summary>
    ApiVersions = 18,

    /// <summary>An idempotent or transactional producer asks for its id.</summary>
    InitProducerId = 22,

    /// <summary>A consumer checks its position after a change of leader.</summary>
    OffsetForLeaderEpoch = 23,

    /// <summary>A transactional producer adds partitions to its transaction.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>A transactional producer adds the offsets of a group to its transaction.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>A transactional producer commits or aborts its transaction.</summary>
    EndTxn = 26,

    /// <summary>A transactional producer commits offsets of a group within its transaction.</summary>
    TxnOffsetCommit = 28,

    /// <summary>A member of a group of the protocol of KIP-848 joins, stays in or leaves the group.</summary>
    ConsumerGroupHeartbeat = 68,

    /// <summary>A client asks which metrics it should push.</summary>
    GetTelemetrySubscriptions = 71,

    /// <summary>A client pushes metrics.</summary>
    PushTelemetry = 72,

    /// <summary>A member of a share group joins, stays in or leaves the group.</summary>
    ShareGroupHeartbeat = 76,

    /// <summary>A member of a share group reads records.</summary>
    ShareFetch = 78,

    /// <summary>A member of a share group acknowledges records.</summary>
    ShareAcknowledge = 79,
}
