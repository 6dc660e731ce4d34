using System.Globalization;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>A time span in a range, as a whole number of milliseconds: how Kafka writes durations.</summary>
internal sealed class MillisecondsFormat(TimeSpan min, TimeSpan max) : ValueFormat<TimeSpan>
{
    private readonly IntegerFormat _integer = new((int)min.TotalMilliseconds, (int)max.TotalMilliseconds);

    public override string Type => "milliseconds";

    public override string Accepted => $"{_integer.Accepted} milliseconds";

    public override bool TryRead(string text, ICollection<string> faults, out TimeSpan value)
    {
        List<string> wrong = [];
        var read = _integer.TryRead(text, wrong, out var milliseconds);
        value = TimeSpan.FromMilliseconds(milliseconds);
        if (!read)
        {
            faults.Add($"must be {Accepted}.");
        }

        return read;
    }

    public override string Write(TimeSpan value) => ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
