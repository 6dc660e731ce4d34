using System.Buffers.Binary;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>The header of an unmasked, unfragmented text frame (RFC 6455, section 5.2) around a payload whose length is known at its end only.</summary>
internal static class WebSocketFrame
{
    private const byte FinalText = 0x81;
    private const byte LengthIn16Bits = 126;
    private const byte LengthIn64Bits = 127;
    private const int ShortHeader = 2;
    private const int MediumHeader = 4;
    private const int LongHeader = 10;

    /// <summary>Gets the length of a frame's header.</summary>
    public static int HeaderLength(ReadOnlySpan<byte> frame) => frame[1] switch
    {
        LengthIn16Bits => MediumHeader,
        LengthIn64Bits => LongHeader,
        _ => ShortHeader,
    };

    /// <summary>Leaves room for a header and returns where the frame starts; the payload is to be written next.</summary>
    public static int Begin(PooledBuffer output)
    {
        var start = output.Length;

        // Most records are of medium size, so most payloads stay where they are written.
        output.GetSpan(MediumHeader);
        output.Advance(MediumHeader);
        return start;
    }

    /// <summary>Fills in the header of the frame whose payload has been written; the length takes as few bytes as it can, as the RFC demands.</summary>
    public static void End(PooledBuffer output, int start)
    {
        var length = output.Length - start - MediumHeader;
        var header = length < LengthIn16Bits ? ShortHeader : length <= ushort.MaxValue ? MediumHeader : LongHeader;
        if (header != MediumHeader)
        {
            output.Shift(start + MediumHeader, header - MediumHeader);
        }

        var frame = output.WrittenFrom(start);
        frame[0] = FinalText;
        switch (header)
        {
            case ShortHeader:
                frame[1] = (byte)length;
                break;
            case MediumHeader:
                frame[1] = LengthIn16Bits;
                BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)length);
                break;
            default:
                frame[1] = LengthIn64Bits;
                BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)length);
                break;
        }
    }
}
