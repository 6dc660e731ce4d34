namespace KafkaConsume.Yarp.Consuming;

/// <summary>
/// Decides which records are too large to be delivered whole. A producer's limits are about compressed bytes, of which a few hundred kilobytes
/// may become gigabytes, and JSON takes up to six bytes for one of theirs.
/// </summary>
internal static class RecordWeight
{
    /// <summary>The most bytes of key, value and headers, as the text of a JSON string has them.</summary>
    public const int Max = 16 * 1024 * 1024;

    private const int WorstCase = 6;

    /// <summary>Tells whether a record is to be cut.</summary>
    /// <param name="record">The record; a part of it that has more than <see cref="Max"/> bytes may be missing.</param>
    /// <param name="size">The bytes of its key, value and headers.</param>
    public static bool IsTooLarge(in RecordView record, long size) =>
        size > Max || (size * WorstCase > Max && size + Extra(record.Key) + Extra(record.Value) + Extra(record.Headers is { } headers ? headers.Bytes : default) > Max);

    /// <summary>Counts what escaping adds: control characters become \u0000, quotes and backslashes two bytes, four bytes of UTF-8 two of the former.</summary>
    private static long Extra(ReadOnlySpan<byte> text)
    {
        var extra = 0L;
        foreach (var b in text)
        {
            extra += b < ' ' ? 5 : b >= 0xF0 ? 8 : b is (byte)'"' or (byte)'\\' ? 1 : 0;
        }

        return extra;
    }
}
