namespace KafkaConsume.Yarp.Configuration;

/// <summary>A short name in one line.</summary>
internal sealed class TextFormat : ValueFormat<string>
{
    private const int MaxLength = 249;

    public override string Type => "text";

    public override string Accepted => $"text of 1 to {MaxLength} characters";

    public override bool TryRead(string text, ICollection<string> faults, out string value)
    {
        value = text.Trim();
        if (value.Length is > 0 and <= MaxLength && !value.Any(char.IsControl))
        {
            return true;
        }

        faults.Add($"must be {Accepted}, without control characters.");
        return false;
    }

    public override string Write(string value) => value;
}
