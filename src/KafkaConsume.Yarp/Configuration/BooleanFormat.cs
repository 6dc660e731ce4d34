namespace KafkaConsume.Yarp.Configuration;

/// <summary>Yes or no. JSON's <c>true</c> arrives as <c>True</c>; librdkafka's users write <c>1</c> too.</summary>
internal sealed class BooleanFormat : ValueFormat<bool>
{
    public override string Type => "boolean";

    public override string Accepted => "true or false";

    public override bool TryRead(string text, ICollection<string> faults, out bool value)
    {
        var trimmed = text.Trim();
        value = trimmed.Equals("true", StringComparison.OrdinalIgnoreCase) || trimmed == "1";
        if (value || trimmed.Equals("false", StringComparison.OrdinalIgnoreCase) || trimmed == "0")
        {
            return true;
        }

        faults.Add($"must be {Accepted}.");
        return false;
    }

    public override string Write(bool value) => value ? "true" : "false";
}
