using System.Globalization;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>
/// A time span in a range, as <c>hh:mm:ss</c>. A bare number is refused: .NET would read <c>30</c> as thirty days, and whoever writes
/// it means seconds or milliseconds.
/// </summary>
internal sealed class DurationFormat(TimeSpan min, TimeSpan max) : ValueFormat<TimeSpan>
{
    private static readonly string[] Spellings = [@"h\:mm\:ss", @"h\:mm\:ss\.FFFFFFF"];

    public override string Type => "duration";

    public override string Accepted => $"a duration hh:mm:ss from {Write(min)} to {Write(max)}";

    /// <summary>Gets the same range as a whole number of milliseconds.</summary>
    public ValueFormat<TimeSpan> Milliseconds { get; } = new MillisecondsFormat(min, max);

    public override bool TryRead(string text, ICollection<string> faults, out TimeSpan value)
    {
        if (TimeSpan.TryParseExact(text.Trim(), Spellings, CultureInfo.InvariantCulture, out value) && value >= min && value <= max)
        {
            return true;
        }

        faults.Add($"must be {Accepted}.");
        return false;
    }

    public override string Write(TimeSpan value)
    {
        var text = value.ToString("c", CultureInfo.InvariantCulture);
        return value.Ticks % TimeSpan.TicksPerSecond == 0 ? text : text.TrimEnd('0');
    }
}
