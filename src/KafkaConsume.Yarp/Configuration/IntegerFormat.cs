using System.Globalization;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>A whole number in a range.</summary>
internal sealed class IntegerFormat(int min, int max) : ValueFormat<int>
{
    public override string Type => "integer";

    public override string Accepted => string.Create(CultureInfo.InvariantCulture, $"an integer from {min} to {max}");

    public override bool TryRead(string text, ICollection<string> faults, out int value)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        if (int.TryParse(text, style, CultureInfo.InvariantCulture, out value) && value >= min && value <= max)
        {
            return true;
        }

        faults.Add($"must be {Accepted}.");
        return false;
    }

    public override string Write(int value) => value.ToString(CultureInfo.InvariantCulture);
}
