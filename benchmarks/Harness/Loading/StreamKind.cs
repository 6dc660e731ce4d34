namespace Harness.Loading;

/// <summary>How a client reads.</summary>
internal enum StreamKind
{
    /// <summary>Server-sent events.</summary>
    Sse,

    /// <summary>WebSocket text frames.</summary>
    WebSocket,
}
