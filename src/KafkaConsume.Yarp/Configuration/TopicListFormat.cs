namespace KafkaConsume.Yarp.Configuration;

/// <summary>Names of topics, separated by commas, as Kafka allows them.</summary>
internal sealed class TopicListFormat : ValueFormat<IReadOnlyList<string>>
{
    // Kafka's own limit: the name becomes a directory with a partition number behind it.
    private const int MaxLength = 249;

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
            if (Fault(name) is { } fault)
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

    private static string? Fault(string name) => name switch
    {
        "" => "has an empty topic name: a comma too many.",
        "." or ".." => $"names the topic '{name}', which Kafka does not allow.",
        ['^', ..] => $"names the pattern {Shown.Quoted(name)}: patterns are not accepted, because a topic created later would be read "
            + "without anybody's decision. Name each topic.",
        ['_', '_', ..] => $"names the topic {Shown.Quoted(name)}: topics that start with '__' are internal to Kafka and not given to clients.",
        _ when name.Length > MaxLength => $"names the topic {Shown.Quoted(name)}, longer than Kafka's {MaxLength} characters.",
        _ when !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-') =>
            $"names the topic {Shown.Quoted(name)}: Kafka allows the letters a-z and A-Z, digits, '.', '_' and '-'.",
        _ => null,
    };
}
