using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// Reads what a client sends: pongs and its goodbye, and frames. A client that sends frames which it may not is told so, and cut off when it goes on.
/// </summary>
internal sealed class WebSocketReceiver(WebSocket socket, IClientFrames frames, Action ended)
{
    private const int MaxFrame = 64 * 1024;
    private const int MaxBadFrames = 10;
    private const int PieceBytes = 1024;

    private int _badFrames;

    /// <summary>Gets why the client is cut off, where it is.</summary>
    public (WebSocketCloseStatus Code, string Text)? Refusal { get; private set; }

    /// <summary>Gets the end of receiving: the client has said goodbye, or the connection is gone.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Start() => Completion = ReceiveAsync();

    private async Task ReceiveAsync()
    {
        try
        {
            // Its memory is the pool's again with the end of each frame: most clients never send any.
            using var frame = new PooledBuffer();
            var length = 0L;
            while (true)
            {
                var received = await ReceiveSomeAsync(frame);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                length += received.Count;
                Check(received, length);
                if (Refusal is not null)
                {
                    // The rest is read for the sake of the goodbye.
                    frame.Dispose();
                }
                else if (received.EndOfMessage)
                {
                    await TakeAsync(frame.WrittenMemory);
                    length = 0;
                    frame.Dispose();
                }
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The connection is gone, or was cut: there is nobody to tell.
        }
        finally
        {
            ended();
        }
    }

    /// <summary>Reads a piece of a frame. The buffer is borrowed when there is something to put into it.</summary>
    private async ValueTask<ValueWebSocketReceiveResult> ReceiveSomeAsync(PooledBuffer frame)
    {
        var arrived = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (arrived.MessageType == WebSocketMessageType.Close || arrived.EndOfMessage)
        {
            return arrived;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            frame.Write(buffer.AsSpan(0, received.Count));
            return received;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Check(ValueWebSocketReceiveResult received, long length)
    {
        if (received.MessageType == WebSocketMessageType.Binary)
        {
            Refuse(WebSocketCloseStatus.InvalidMessageType, "Frames are text.");
        }
        else if (length > MaxFrame)
        {
            Refuse(WebSocketCloseStatus.MessageTooBig, "Frames have at most 65,536 bytes.");
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> frame)
    {
        if (await frames.TakeAsync(frame, ReplyAsync) is not { } fault)
        {
            return;
        }

        if (++_badFrames > MaxBadFrames)
        {
            Refuse(WebSocketCloseStatus.PolicyViolation, "Too many frames that this route does not know.");
            return;
        }

        await ReplyAsync(fault);
    }

    private async Task ReplyAsync(JsonObject frame)
    {
        try
        {
            await socket.SendAsync(JsonFrame.Utf8(frame).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // There is nobody to tell; whoever reads hears of it.
        }
    }

    private void Refuse(WebSocketCloseStatus code, string text)
    {
        if (Refusal is null)
        {
            Refusal = (code, text);
            ended();
        }
    }
}
