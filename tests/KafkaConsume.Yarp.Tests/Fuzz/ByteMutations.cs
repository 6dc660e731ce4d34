namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Damages bytes, without knowing what they mean.</summary>
internal static class ByteMutations
{
    // A byte order mark, NUL, half a character, a surrogate, NUL in two bytes, bytes that UTF-8 does not have, line breaks, and what JSON, queries and cursors are made of.
    private static readonly byte[][] Nasty =
    [
        [0xEF, 0xBB, 0xBF], [0], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xFF], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x80, 0xA8], "\r\n"u8.ToArray(),
        "\""u8.ToArray(), "\\"u8.ToArray(), "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "["u8.ToArray(), "]"u8.ToArray(),
        ","u8.ToArray(), ":"u8.ToArray(), "-"u8.ToArray(), "9223372036854775808"u8.ToArray(), "1e999"u8.ToArray(), "null"u8.ToArray(), "/*"u8.ToArray(), "%00"u8.ToArray(),
        "&"u8.ToArray(), "="u8.ToArray(), "%"u8.ToArray(), "+"u8.ToArray(), ";"u8.ToArray(),
    ];

    /// <summary>Damages bytes in a few places, or leaves them as they are.</summary>
    public static byte[] Apply(FuzzRandom random, byte[] bytes)
    {
        if (random.OneIn(3))
        {
            return bytes;
        }

        for (var count = 1 + (random.OneIn(4) ? random.Below(8) : 0); count > 0; count--)
        {
            bytes = Change(random, bytes);
        }

        return bytes;
    }

    private static byte[] Change(FuzzRandom random, byte[] bytes)
    {
        var at = random.Below(bytes.Length + 1);
        var length = random.Below(Math.Min(bytes.Length - at, 16) + 1);
        switch (random.Below(9))
        {
            case 0 or 1 when at < bytes.Length:
                return [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Below(8))), .. bytes[(at + 1)..]];
            case 2 when at < bytes.Length:
                return [.. bytes[..at], (byte)random.Next(), .. bytes[(at + 1)..]];
            case 3:
                return [.. bytes[..at], .. random.Pick(Nasty), .. bytes[at..]];
            case 4:
                return bytes[..at];
            case 5:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 6:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 7 when bytes.Length < 4_096:
                return [.. bytes, .. bytes[at..]];
            default:
                return [.. bytes[at..], .. bytes[..at]];
        }
    }
}
