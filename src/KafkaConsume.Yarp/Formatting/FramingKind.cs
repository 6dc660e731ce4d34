namespace KafkaConsume.Yarp.Formatting;

/// <summary>The ways in which records go over the wire.</summary>
internal enum FramingKind
{
    /// <summary>JSON values, one after the other.</summary>
    Json,

    /// <summary>Server-sent events.</summary>
    ServerSentEvents,

    /// <summary>WebSocket text frames.</summary>
    WebSocket,
}
