using System.Buffers.Binary;

namespace KafkaConsume.Yarp.Tests.Formatting;

/// <summary>Reads server frames as RFC 6455 (section 5.2) has them, and fails at whatever a strict client would close for.</summary>
internal static class FrameReader
{
    public static byte[] ReadOnly(ReadOnlySpan<byte> bytes) => ReadAll(bytes).Should().ContainSingle().Subject;

    public static List<byte[]> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var payloads = new List<byte[]>();
        while (!bytes.IsEmpty)
        {
            bytes[0].Should().Be(0x81, "each frame is a whole text message");
            (bytes[1] & 0x80).Should().Be(0, "servers do not mask");
            var (length, header) = (bytes[1] & 0x7F) switch
            {
                126 => (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), 4),
                127 => (checked((int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])), 10),
                var small => (small, 2),
            };
            header.Should().Be(length < 126 ? 2 : length <= 65535 ? 4 : 10, "the length takes as few bytes as it can");
            payloads.Add(bytes.Slice(header, length).ToArray());
            bytes = bytes[(header + length)..];
        }

        return payloads;
    }
}
