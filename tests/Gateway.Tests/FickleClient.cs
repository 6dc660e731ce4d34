using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests;

/// <summary>A client that asks for something, or begins to, and goes after some bytes of the answer, with or without a good-bye.</summary>
internal static class FickleClient
{
    private const int MostThatIsRead = 20_000;

    private const string Upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private const string Close = "Connection: close\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Impatience = TimeSpan.FromMilliseconds(200);

    /// <summary>What is asked for, with which headers, and whether there is an answer already.</summary>
    private static readonly (string Path, string Headers, bool IsThere)[] Requests =
    [
        ("/orders/sse?from=earliest", "", true),
        ("/orders/ws?from=earliest", Upgrade, true),
        ("/orders?from=earliest&max=20", Close, true),
        ("/orders/sse", "", false),
        ("/orders", Upgrade, false),
        ("/orders?wait=20", Close, false),
        ("/orders/batch?max=3&wait=20", Close, false),
    ];

    /// <summary>Asks for something, and leaves the answer to the caller.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="path">The path, with a query. One of WebSockets gets a handshake.</param>
    /// <param name="receiveBuffer">How many bytes the system may take in before they are read.</param>
    public static async Task<Socket> AskAsync(Uri gateway, string path, int receiveBuffer)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = receiveBuffer };
        await socket.ConnectAsync(gateway.Host, gateway.Port, TestContext.Current.CancellationToken);
        var headers = path.StartsWith("/orders/ws", StringComparison.Ordinal) ? Upgrade : "";
        await socket.SendAsync(RequestOf(gateway, path, headers), TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Comes and goes.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="chance">What decides how.</param>
    /// <returns>How many bytes it got.</returns>
    public static async Task<int> VisitAsync(Uri gateway, Random chance)
    {
        var (path, headers, isThere) = Requests[chance.Next(Requests.Length)];
        var request = RequestOf(gateway, path, headers);
        var asks = chance.Next(8) == 0 ? chance.Next(request.Length) : request.Length;
        var reads = asks < request.Length ? 0 : chance.Next(2) == 0 ? chance.Next(300) : chance.Next(MostThatIsRead);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(gateway.Host, gateway.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(request.AsMemory(0, asks), TestContext.Current.CancellationToken);
        var read = await ReadAsync(socket, reads, isThere ? Patience : Impatience * chance.NextDouble());
        if (chance.Next(3) > 0)
        {
            // Closing without lingering sends a reset instead of an orderly end.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        return read;
    }

    private static byte[] RequestOf(Uri gateway, string path, string headers) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {gateway.Authority}\r\n{headers}\r\n");

    /// <summary>Reads so many bytes, but does not wait for long for what may never come.</summary>
    private static async Task<int> ReadAsync(Socket socket, int count, TimeSpan patience)
    {
        var buffer = new byte[4096];
        using var deadline = new CancellationTokenSource(patience);
        var total = 0;
        try
        {
            while (total < count && await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, count - total)), deadline.Token) is > 0 and var read)
            {
                total += read;
            }
        }
        catch (OperationCanceledException)
        {
            // It has waited for long enough.
        }

        return total;
    }
}
