using System.Net.Sockets;
using System.Text;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>A connection to a gateway that its client can reset at any byte, as networks do.</summary>
internal sealed class CutConnection : IDisposable
{
    private readonly Socket _socket;

    private CutConnection(Socket socket) => _socket = socket;

    /// <summary>Connects and asks for records; does not wait for an answer.</summary>
    /// <param name="address">The gateway.</param>
    /// <param name="transport">How to read.</param>
    /// <param name="path">The path, with a query.</param>
    /// <param name="headers">More headers, each a whole line.</param>
    public static Task<CutConnection> OpenAsync(Uri address, Pipeline.Transport transport, string path, params string[] headers) =>
        OpenAsync(address, transport, path, receiveBuffer: null, headers);

    /// <inheritdoc cref="OpenAsync(Uri, Pipeline.Transport, string, string[])"/>
    /// <param name="address">The gateway.</param>
    /// <param name="transport">How to read.</param>
    /// <param name="path">The path, with a query.</param>
    /// <param name="receiveBuffer">How many bytes the system may take in before they are read; its own default where null.</param>
    /// <param name="headers">More headers, each a whole line.</param>
    public static async Task<CutConnection> OpenAsync(
        Uri address, Pipeline.Transport transport, string path, int? receiveBuffer, params string[] headers)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.ReceiveBufferSize = receiveBuffer ?? socket.ReceiveBufferSize;
            await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            string[] asks = transport switch
            {
                Pipeline.Transport.ServerSentEvents => ["Accept: text/event-stream"],
                Pipeline.Transport.WebSocket =>
                    ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="],
                _ => ["Accept: application/json"],
            };
            string[] lines = [$"GET {path} HTTP/1.1", $"Host: {address.Authority}", .. asks, .. headers, "", ""];
            await socket.SendAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)), TestContext.Current.CancellationToken);
            return new CutConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>How much; nothing at the end of the connection, be it orderly or not.</returns>
    public async Task<int> ReadAsync(Memory<byte> buffer)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Pipeline.Eventually.Patience);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>Answers a ping of a WebSocket.</summary>
    public async Task PongAsync(byte[] payload)
    {
        try
        {
            // The last frame of a message, a pong, masked with zeros.
            byte[] pong = [0x8A, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload];
            await _socket.SendAsync(pong, TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            // The end of the connection shows when it is read from.
        }
    }

    /// <summary>Resets the connection: the gateway is told that whatever it still sends is not wanted.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
