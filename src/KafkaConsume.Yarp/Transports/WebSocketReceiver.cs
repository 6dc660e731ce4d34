using System.Buffers;
using System.Net.WebSockets;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// Reads what a client sends: pongs and its goodbye, and frames, of which broadcast has none. A client that sends them all the same is
/// told so, and cut off when it goes on.
/// </summary>
internal sealed class WebSocketReceiver(WebSocket socket, KafkaRoute route, Action ended)
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
            var length = 0L;
            while (true)
            {
                var received = await ReceiveSomeAsync();
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                length += received.Count;
                Check(received, length);
                if (received.EndOfMessage)
                {
                    length = 0;
                    await RefuseFrameAsync();
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

    /// <summary>Reads a piece of a frame. Most clients never send any, so the buffer is borrowed when there is something to put into it.</summary>
    private async ValueTask<ValueWebSocketReceiveResult> ReceiveSomeAsync()
    {
        var arrived = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (arrived.MessageType == WebSocketMessageType.Close || arrived.EndOfMessage)
        {
            return arrived;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            return await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
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

    private async Task RefuseFrameAsync()
    {
        if (Refusal is not null)
        {
            return;
        }

        if (++_badFrames > MaxBadFrames)
        {
            Refuse(WebSocketCloseStatus.PolicyViolation, "Too many frames that this route does not know.");
            return;
        }

        var problem = new KafkaProblem(StatusCodes.Status400BadRequest, "invalid-frame", "This route takes no frames from its clients.");
        var frame = JsonFrame.Utf8(WebSocketErrors.Frame(problem, route.Options.ReturnErrorMessage));
        await socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
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
