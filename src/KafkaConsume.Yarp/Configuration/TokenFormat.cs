namespace KafkaConsume.Yarp.Configuration;

/// <summary>A name that may stand in a header and in a cookie as it is.</summary>
internal sealed class TokenFormat : ValueFormat<string>
{
    private const int MaxLength = 64;

    public override string Type => "text";

    public override string Accepted => $"up to {MaxLength} of the characters A-Z a-z 0-9 . _ -";

    public override bool TryRead(string text, ICollection<string> faults, out string value)
    {
        value = text.Trim();
        if (value.Length <= MaxLength && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'))
        {
            return true;
        }

        faults.Add($"must be {Accepted}.");
        return false;
    }

    public override string Write(string value) => value;
}
