using System.Net.WebSockets;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Transports;

/// <summary>A WebSocket client. The framework's socket does the handshake, control frames and receiving; records go beside it as ready frames.</summary>
internal sealed class WebSocketSink(KafkaRoute route, WebSocket socket, FrameStream stream, WebSocketReceiver receiver, JsonObject hello, TimeProvider time)
    : IStreamSink
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PongTimeout = TimeSpan.FromSeconds(10);

    public FramingKind Kind => FramingKind.WebSocket;

    public bool TakesAtOnce => false;

    public TimeSpan ProbePause => TimeSpan.Zero;

    public async ValueTask StartAsync(string? cursor)
    {
        if (cursor is not null)
        {
            hello["cursor"] = cursor;
        }

        await SendAsync(hello);

        // Not before: what it has to say to a client comes after the greeting.
        receiver.Start();
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> frames) => stream.WriteAsync(frames);

    public ValueTask HeartbeatAsync(Func<string?> cursor, bool hasMoved)
    {
        var heartbeat = new JsonObject { ["type"] = "heartbeat" };
        if (cursor() is { } position)
        {
            heartbeat["cursor"] = position;
        }

        return SendAsync(heartbeat);
    }

    public ValueTask ProbeAsync(long number) => stream.ProbeAsync(number);

    public long LastArrived(long now) => stream.LastArrived;

    public bool IsAlive(long now) => stream.IsAlive(now, PingInterval, PongTimeout);

    public async ValueTask FinishAsync(string cursor)
    {
        await SendAsync(new JsonObject { ["type"] = "end", ["cursor"] = cursor });
        await CloseAsync(WebSocketCloseStatus.NormalClosure, "That is all.");
    }

    public async ValueTask FailAsync(KafkaProblem problem)
    {
        await SendAsync(WebSocketErrors.Frame(problem, route.Options.ReturnErrorMessage));
        await CloseAsync(WebSocketErrors.CloseCode(problem), problem.Title);
    }

    public async ValueTask EndAsync(StreamEnd reason)
    {
        var (code, text) = (receiver.Refusal, reason) switch
        {
            ({ } refusal, _) => refusal,
            (_, StreamEnd.Shutdown) => (WebSocketCloseStatus.EndpointUnavailable, "The gateway stops."),
            (_, StreamEnd.TooSlow) => (WebSocketErrors.TooSlow, "The client is too slow."),
            (_, StreamEnd.RouteChanged) => (WebSocketErrors.ServiceRestart, "The route has changed."),
            _ => (WebSocketCloseStatus.NormalClosure, ""),
        };
        await CloseAsync(code, text);
    }

    private ValueTask SendAsync(JsonObject frame) =>
        socket.SendAsync(JsonFrame.Utf8(frame).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>Says goodbye, and gives the client a moment to answer.</summary>
    private async Task CloseAsync(WebSocketCloseStatus code, string text)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        try
        {
            using var deadline = new CancellationTokenSource(CloseTimeout, time);
            await socket.CloseOutputAsync(code, text, deadline.Token);
            await receiver.Completion.WaitAsync(deadline.Token);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            socket.Abort();
        }
    }
}
