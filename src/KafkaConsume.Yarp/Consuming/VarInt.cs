using System.Numerics;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>Numbers in as few bytes as they need, seven bits in each, the lowest first.</summary>
internal static class VarInt
{
    /// <summary>The size of the largest number.</summary>
    public const int MaxSize = 10;

    /// <summary>Gives small numbers of either sign a small unsigned one.</summary>
    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    /// <summary>Undoes <see cref="ZigZag"/>.</summary>
    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>Gets how many bytes a number needs.</summary>
    public static int SizeOf(ulong value) => Math.Max(1, (70 - BitOperations.LeadingZeroCount(value)) / 7);

    /// <summary>Writes a number and returns its size.</summary>
    public static int Write(ulong value, Span<byte> destination)
    {
        var size = 0;
        for (; value >= 0x80; value >>= 7)
        {
            destination[size++] = (byte)(value | 0x80);
        }

        destination[size++] = (byte)value;
        return size;
    }

    /// <summary>Reads a number from the front of the source; refuses one that is cut off, too large, or longer than it need be.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (var i = 0; i < MaxSize && i < source.Length; i++)
        {
            var b = source[i];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                source = source[(i + 1)..];
                return i == 0 || (b != 0 && (i < MaxSize - 1 || b == 1));
            }
        }

        return false;
    }
}
