namespace KafkaConsume.Yarp;

/// <summary>What becomes of a streaming client that falls so far behind that the records it needs are no longer in memory.</summary>
public enum KafkaSlowClients
{
    /// <summary>It is read for separately from Kafka until it has caught up; it loses nothing and slows nobody down. The default.</summary>
    CatchUp,

    /// <summary>Its stream ends (WebSocket: close code 4408), and it may resume with its cursor.</summary>
    Disconnect,
}
