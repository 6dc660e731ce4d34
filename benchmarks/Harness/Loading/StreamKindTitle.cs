namespace Harness.Loading;

/// <summary>What readers are told a <see cref="StreamKind"/> is.</summary>
internal static class StreamKindTitle
{
    public static string Title(this StreamKind kind) => kind == StreamKind.Sse ? "SSE" : "WebSocket";
}
