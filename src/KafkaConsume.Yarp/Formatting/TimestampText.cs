using System.Globalization;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Writes Kafka's timestamps as RFC 3339 in UTC with milliseconds. Records come by the thousand in a second, so a second's text is kept.</summary>
internal sealed class TimestampText
{
    private const int LengthInFull = 28; // 2026-11-22T08:00:00.1230000Z
    private const int Length = 24; // 2026-11-22T08:00:00.123Z
    private const int Milliseconds = 20;

    private static readonly long Min = new DateTimeOffset(DateTime.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long Max = new DateTimeOffset(DateTime.MaxValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly byte[] _text = new byte[LengthInFull];
    private long _second = long.MinValue;

    /// <summary>Writes milliseconds since 1970 as a JSON string; null for a record without a timestamp and for one beyond the years 1 to 9999, which any producer may send.</summary>
    public void Write(PooledBuffer output, long milliseconds)
    {
        if (milliseconds == RecordView.NoTimestamp || milliseconds < Min || milliseconds > Max)
        {
            output.Write("null"u8);
            return;
        }

        var (second, rest) = Math.DivRem(milliseconds, 1000);
        if (rest < 0)
        {
            (second, rest) = (second - 1, rest + 1000);
        }

        if (second != _second)
        {
            // The round-trip format is the one that the framework writes fastest.
            DateTime.UnixEpoch.AddTicks(second * TimeSpan.TicksPerSecond).TryFormat(_text, out _, "O", CultureInfo.InvariantCulture);
            _text[Length - 1] = (byte)'Z';
            _second = second;
        }

        _text[Milliseconds] = (byte)('0' + (rest / 100));
        _text[Milliseconds + 1] = (byte)('0' + (rest / 10 % 10));
        _text[Milliseconds + 2] = (byte)('0' + (rest % 10));
        output.Write("\""u8);
        output.Write(_text.AsSpan(0, Length));
        output.Write("\""u8);
    }
}
