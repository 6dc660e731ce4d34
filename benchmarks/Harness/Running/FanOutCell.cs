using Harness.Loading;

namespace Harness.Running;

/// <summary>One way of sending records to many clients.</summary>
/// <param name="Kind">How the clients read.</param>
/// <param name="Clients">How many.</param>
/// <param name="ValueBytes">How long the value of a record is.</param>
/// <param name="Rate">Records a second; 0 for as many as the server can send.</param>
/// <param name="Burst">How many are produced at a time.</param>
/// <param name="Window">How many records may be on their way, where there is no rate.</param>
internal sealed record FanOutCell(StreamKind Kind, int Clients, int ValueBytes, int Rate, int Burst, int Window)
{
    public bool IsPaced => Rate > 0;

    public string Name => $"{KindName}, {Clients:N0} clients, {LoadName}, {ValueBytes:N0} B";

    public string KindName => Kind == StreamKind.Sse ? "SSE" : "WebSocket";

    private string LoadName => (IsPaced, Burst) switch
    {
        (true, _) => $"{Rate}/s",
        (false, 1) => "saturated",
        _ => $"batches of {Burst}",
    };
}
