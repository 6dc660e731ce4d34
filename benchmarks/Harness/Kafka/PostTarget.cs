using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Harness.Kafka;

/// <summary>A server that takes a record by POST on /publish, as long as the library would have made it, and sends it to its clients.</summary>
internal sealed class PostTarget : IRecordTarget
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
    private readonly byte[] _answer = new byte[16 * 1024];
    private long _offset;

    public PostTarget(int port) => _socket.Connect(IPAddress.Loopback, port);

    public void Produce(int burst, int valueBytes)
    {
        for (var index = 0; index < burst; index++)
        {
            Post(valueBytes);
        }
    }

    public void Flush()
    {
        // Each has been answered.
    }

    public void Dispose() => _socket.Dispose();

    private void Post(int valueBytes)
    {
        var value = Encoding.ASCII.GetString(RecordValue.Now(valueBytes));
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"topic\":\"bench-001\",\"partition\":0,\"offset\":{_offset++},\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"key\":null,\"value\":{value}}}");
        _socket.Send(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"POST /publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n{body}")));
        ReadAnswer();
    }

    private void ReadAnswer()
    {
        var length = 0;
        while (true)
        {
            var received = _socket.Receive(_answer.AsSpan(length));
            length += received;
            var text = Encoding.ASCII.GetString(_answer, 0, length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (received == 0 || (end >= 0 && !text.StartsWith("HTTP/1.1 20", StringComparison.Ordinal)))
            {
                throw new InvalidOperationException($"A record was answered with: {text.Split('\r')[0]}");
            }

            if (end >= 0 && length >= end + 4 + ContentLength(text[..end]))
            {
                return;
            }
        }
    }

    private static int ContentLength(string head)
    {
        const string name = "\r\nContent-Length: ";
        var at = head.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : int.Parse(head[(at + name.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
    }
}
