using System.Net.Sockets;
using System.Text;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A connection to the gateway without any HTTP client in between, for tests of the very bytes.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _received = new();

    private RawConnection(TcpClient client) => (_client, Stream) = (client, client.GetStream());

    /// <summary>Gets what has been read, each byte as the character of that number.</summary>
    public string Received => _received.ToString();

    public NetworkStream Stream { get; }

    public static async Task<RawConnection> OpenAsync(Gateway gateway, int receiveBuffer = 64 * 1024)
    {
        var client = new TcpClient { ReceiveBufferSize = receiveBuffer, NoDelay = true };
        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
        return new RawConnection(client);
    }

    /// <summary>Connects and sends the head of a GET.</summary>
    public static async Task<RawConnection> GetAsync(Gateway gateway, string path, int receiveBuffer = 64 * 1024, params string[] headers)
    {
        var connection = await OpenAsync(gateway, receiveBuffer);
        await connection.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"));
        return connection;
    }

    /// <summary>Connects and does the handshake of a WebSocket.</summary>
    public static async Task<RawConnection> UpgradeAsync(Gateway gateway, string path, params string[] headers)
    {
        var connection = await GetAsync(
            gateway,
            path,
            headers: ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", .. headers]);
        await connection.ReadUntilAsync("\r\n\r\n");
        connection.Received.Should().StartWith("HTTP/1.1 101 ").And.Contain("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        return connection;
    }

    public ValueTask SendAsync(byte[] bytes) => Stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Sends a frame as clients have to: masked.</summary>
    public ValueTask SendFrameAsync(byte opcode, byte[] payload)
    {
        payload.Length.Should().BeLessThan(126);
        return SendAsync([(byte)(0x80 | opcode), (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]);
    }

    /// <summary>Reads on until a text has come.</summary>
    public Task ReadUntilAsync(string text) => ReadUntilAsync(received => received.Contains(text, StringComparison.Ordinal), text);

    public async Task ReadUntilAsync(Func<string, bool> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition(Received))
        {
            // Heartbeats come for ever, and are no progress.
            if (TimeProvider.System.GetElapsedTime(started) > Eventually.Patience || await ReadAsync() == 0)
            {
                throw new InvalidOperationException($"There was no {what}: {Received}");
            }
        }
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>How much; nothing at the end of the connection, be it orderly or not.</returns>
    public async Task<int> ReadAsync()
    {
        try
        {
            var count = await Stream.ReadAsync(_buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Patience);
            _received.Append(Encoding.Latin1.GetString(_buffer, 0, count));
            return count;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public async Task ReadToEndAsync()
    {
        while (await ReadAsync() > 0)
        {
            // There is more.
        }
    }

    public void Dispose() => _client.Dispose();
}
