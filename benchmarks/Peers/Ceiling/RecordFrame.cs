using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Peers.Ceiling;

/// <summary>
/// A record as the library would send it, byte for byte as long: with a cursor of the same length, which stands for nothing here. Values
/// have to be JSON.
/// </summary>
internal sealed class RecordFrame(string topic)
{
    private const int FixedCursorBytes = 14; // Version, hash of the topic's name, hash of its id, partition count, checksum.
    private const int FrameHeader = 4; // What frames of 126 to 65,535 bytes have.

    private static readonly byte[] Cursor = Encoding.ASCII.GetBytes(new string('A', 64));

    private readonly byte[] _topic = Encoding.ASCII.GetBytes($"\"topic\":\"{topic}\",\"partition\":0,\"offset\":");
    private byte[] _buffer = new byte[4096];
    private int _length;

    public ReadOnlySpan<byte> Event(long offset, long timestampMs, ReadOnlySpan<byte> value)
    {
        Begin(value.Length);
        Add("id: "u8);
        Add(CursorOf(offset));
        Add("\ndata: {"u8);
        AddRecord(offset, timestampMs, value);
        Add("\n\n"u8);
        return _buffer.AsSpan(0, _length);
    }

    public ReadOnlySpan<byte> Frame(long offset, long timestampMs, ReadOnlySpan<byte> value)
    {
        Begin(value.Length);
        _length = FrameHeader;
        Add("{\"type\":\"record\",\"cursor\":\""u8);
        Add(CursorOf(offset));
        Add("\","u8);
        AddRecord(offset, timestampMs, value);
        _buffer[0] = 0x81;
        _buffer[1] = 126;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(2), (ushort)(_length - FrameHeader));
        return _buffer.AsSpan(0, _length);
    }

    // Of one partition: the next offset, zigzag, seven bits a byte, and all that in base64url.
    private static ReadOnlySpan<byte> CursorOf(long offset)
    {
        var size = FixedCursorBytes;
        for (var rest = (ulong)(offset + 1) << 1; ; rest >>= 7)
        {
            size++;
            if (rest < 128)
            {
                return Cursor.AsSpan(0, Base64Url.GetEncodedLength(size));
            }
        }
    }

    private void Begin(int valueLength)
    {
        _length = 0;
        if (_buffer.Length < valueLength + 512)
        {
            _buffer = new byte[valueLength + 512];
        }
    }

    private void AddRecord(long offset, long timestampMs, ReadOnlySpan<byte> value)
    {
        Add(_topic);
        Utf8Formatter.TryFormat(offset, _buffer.AsSpan(_length), out var written);
        _length += written;
        Add(",\"timestamp\":\""u8);
        DateTimeOffset.FromUnixTimeMilliseconds(timestampMs)
            .TryFormat(_buffer.AsSpan(_length), out written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        _length += written;
        Add("\",\"key\":null,\"value\":"u8);
        Add(value);
        Add("}"u8);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }
}
