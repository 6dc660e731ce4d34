namespace KafkaConsume.Yarp.Configuration;

/// <summary>The name of one topic, as Kafka allows it.</summary>
internal sealed class TopicFormat : ValueFormat<string>
{
    public override string Type => "text";

    public override string Accepted => "a topic name";

    public override bool TryRead(string text, ICollection<string> faults, out string value)
    {
        value = text.Trim();
        if (value.Length == 0)
        {
            faults.Add("must name a topic.");
            return false;
        }

        if (TopicName.Fault(value) is not { } fault)
        {
            return true;
        }

        faults.Add(fault);
        return false;
    }

    public override string Write(string value) => value;
}
