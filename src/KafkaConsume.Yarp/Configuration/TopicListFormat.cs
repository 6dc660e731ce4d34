namespace KafkaConsume.Yarp.Configuration;

/// <summary>Names of topics, separated by commas, as Kafka allows them.</summary>
internal sealed class TopicListFormat : ValueFormat<IReadOnlyList<string>>
{
    public override string Type => "list";

    public override string Accepted => "topic names separated by commas";

    public override bool TryRead(string text, ICollection<string> faults, out IReadOnlyList<string> value)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries);
        value = names;
        if (string.IsNullOrWhiteSpace(text))
        {
            faults.Add("must name at least one topic.");
            return false;
        }

        var before = faults.Count;
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (TopicName.Fault(name) is { } fault)
            {
                faults.Add(fault);
            }
            else if (names.Count(other => other == name) > 1)
            {
                faults.Add($"names the topic '{name}' twice.");
            }
        }

        return faults.Count == before;
    }

    public override string Write(IReadOnlyList<string> value) => string.Join(',', value);
}
