namespace KafkaConsume.Yarp;

/// <summary>How a route answers its clients. Kong calls this setting <c>mode</c>.</summary>
public enum KafkaConsumeMode
{
    /// <summary>A <c>GET</c> is answered with one batch of records (long poll). The default. In metadata: <c>http-get</c>.</summary>
    HttpGet,

    /// <summary>A <c>GET</c> is answered with an endless <c>text/event-stream</c>. In metadata: <c>server-sent-events</c> or <c>sse</c>.</summary>
    ServerSentEvents,

    /// <summary>A WebSocket upgrade is answered with JSON text frames. In metadata: <c>websocket</c> or <c>ws</c>.</summary>
    WebSocket,

    /// <summary>
    /// The request chooses: an upgrade is a WebSocket, <c>Accept: text/event-stream</c> a stream of server-sent events, anything
    /// else a batch. In metadata: <c>auto</c>.
    /// </summary>
    Auto,
}
