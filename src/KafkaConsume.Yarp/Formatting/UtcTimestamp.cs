using System.Globalization;
using System.Text.Json;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Writes Kafka's timestamps as RFC 3339 in UTC with milliseconds.</summary>
internal static class UtcTimestamp
{
    private const int LengthInFull = 28; // 2026-11-22T08:00:00.1230000Z
    private const int Length = 24; // 2026-11-22T08:00:00.123Z

    private static readonly long Min = new DateTimeOffset(DateTime.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long Max = new DateTimeOffset(DateTime.MaxValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Writes milliseconds since 1970; null for a record without a timestamp and for one beyond the years 1 to 9999, which any producer may send.</summary>
    public static void Write(Utf8JsonWriter writer, long milliseconds)
    {
        if (milliseconds == Consuming.RecordView.NoTimestamp || milliseconds < Min || milliseconds > Max)
        {
            writer.WriteNullValue();
            return;
        }

        // The round-trip format is the one that the framework writes fastest.
        Span<byte> text = stackalloc byte[LengthInFull];
        DateTime.UnixEpoch.AddTicks(milliseconds * TimeSpan.TicksPerMillisecond).TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[Length - 1] = (byte)'Z';
        writer.WriteStringValue(text[..Length]);
    }
}
