using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Harness.Loading;

/// <summary>
/// A WebSocket client of a group, on a thread of its own, that acknowledges what it gets: each record in a message of its own, or many with one.
/// The topic has one partition, so that the last of many stands for all.
/// </summary>
internal sealed class AckingClient : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const byte FinalText = 0x81;
    private const byte FinalPong = 0x8A;
    private const byte Ping = 0x89;
    private const byte IsMasked = 0x80;

    private readonly Socket _socket;
    private readonly string _topic;
    private readonly int _recordsPerAck;
    private readonly byte[] _received = new byte[BufferBytes];
    private readonly byte[] _sending = new byte[BufferBytes];
    private readonly Thread _thread;
    private int _length;
    private int _prepared;
    private int _unsaid;
    private long _last;
    private long _records;

    /// <param name="port">Where the server listens.</param>
    /// <param name="path">The route.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="recordsPerAck">How many records it acknowledges at a time.</param>
    public AckingClient(int port, string path, string topic, int recordsPerAck)
    {
        (_topic, _recordsPerAck) = (topic, recordsPerAck);
        var request = new StreamRequest(port, path, StreamKind.WebSocket);
        _socket = request.Send();
        request.ReadHead(_socket);
        _socket.ReceiveTimeout = 0;
        _thread = new Thread(Run) { IsBackground = true, Name = "acking client" };
        _thread.Start();
    }

    /// <summary>Gets how many records have come.</summary>
    public long Records => Volatile.Read(ref _records);

    private static ReadOnlySpan<byte> Offset => "\"offset\":"u8;

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                Drop(TakeFrames());
                _socket.Send(_sending.AsSpan(0, _prepared));
                _prepared = 0;
                Receive();
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Whoever counts the records sees that no more come.
        }
    }

    private void Receive()
    {
        var length = _socket.Receive(_received.AsSpan(_length));
        _length += length > 0 ? length : throw new InvalidOperationException("the server has gone");
    }

    private void Drop(int count)
    {
        _received.AsSpan(count, _length - count).CopyTo(_received);
        _length -= count;
    }

    private int TakeFrames()
    {
        var position = 0;
        while (_length - position >= 4)
        {
            var frame = _received.AsSpan(position, _length - position);
            var (head, size) = frame[1] switch
            {
                < 126 => (2, frame[1]),
                126 => (4, BinaryPrimitives.ReadUInt16BigEndian(frame[2..])),
                _ => throw new InvalidOperationException("a message is larger than any that is expected"),
            };
            if (frame.Length < head + size)
            {
                break;
            }

            Take(frame[0], frame.Slice(head, size));
            position += head + size;
        }

        return position;
    }

    private void Take(byte kind, ReadOnlySpan<byte> payload)
    {
        if (kind == Ping)
        {
            Prepare(FinalPong, payload);
        }
        else if (payload.IndexOf(Offset) is >= 0 and var at && Utf8Parser.TryParse(payload[(at + Offset.Length)..], out _last, out _))
        {
            Volatile.Write(ref _records, _records + 1);
            if (++_unsaid >= _recordsPerAck)
            {
                Acknowledge();
            }
        }
    }

    private void Acknowledge()
    {
        _unsaid = 0;
        Prepare(FinalText, Encoding.ASCII.GetBytes(_recordsPerAck == 1
            ? $"{{\"type\":\"ack\",\"records\":[{{\"topic\":\"{_topic}\",\"partition\":0,\"offset\":{_last}}}]}}"
            : $"{{\"type\":\"ack\",\"topic\":\"{_topic}\",\"partition\":0,\"through\":{_last}}}"));
    }

    // With a mask of zeros, which is one, the bytes stay as they are.
    private void Prepare(byte kind, ReadOnlySpan<byte> payload)
    {
        var frame = _sending.AsSpan(_prepared);
        frame[0] = kind;
        frame[1] = (byte)(IsMasked | payload.Length);
        frame.Slice(2, 4).Clear();
        payload.CopyTo(frame[6..]);
        _prepared += 6 + payload.Length;
    }
}
