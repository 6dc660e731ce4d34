using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Harness.Loading;

/// <summary>Opens streams: sends the request, and reads the head of the answer and nothing behind it.</summary>
internal sealed class StreamRequest(int port, string path, StreamKind kind)
{
    private readonly byte[] _head = new byte[4096];

    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n" + (kind == StreamKind.Sse
        ? "Accept: text/event-stream\r\n\r\n"
        : "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));

    /// <summary>Connects and asks.</summary>
    public Socket Send()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
        socket.Connect(IPAddress.Loopback, port);
        socket.Send(_request);
        return socket;
    }

    /// <summary>Reads the head of the answer.</summary>
    /// <returns>Whether what follows comes in chunks.</returns>
    /// <exception cref="InvalidOperationException">The server does not answer with a stream.</exception>
    public bool ReadHead(Socket socket)
    {
        var head = "";
        var end = -1;
        while (end < 0)
        {
            // Looked at, and taken afterwards, so that nothing behind the head is lost.
            var length = socket.Receive(_head, SocketFlags.Peek);
            head = Encoding.ASCII.GetString(_head, 0, length);
            end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (length == 0 || (end < 0 && !head.StartsWith("HTTP/1.1", StringComparison.Ordinal)))
            {
                throw new InvalidOperationException("the server answered no HTTP");
            }
        }

        socket.Receive(_head.AsSpan(0, end + 4));
        return head.StartsWith(kind == StreamKind.Sse ? "HTTP/1.1 200" : "HTTP/1.1 101", StringComparison.Ordinal)
            ? head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)
            : throw new InvalidOperationException($"the server answered: {head.Split('\r')[0]}");
    }
}
