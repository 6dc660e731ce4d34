namespace KafkaConsume.Yarp.Configuration;

/// <summary>Text that only librdkafka understands: a path, a certificate, a password. Taken as it is.</summary>
internal sealed class AnyTextFormat : ValueFormat<string>
{
    public override string Type => "text";

    public override string Accepted => "text";

    public override bool TryRead(string text, ICollection<string> faults, out string value)
    {
        value = text;
        return true;
    }

    public override string Write(string value) => value;
}
