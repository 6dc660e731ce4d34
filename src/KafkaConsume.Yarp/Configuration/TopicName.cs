namespace KafkaConsume.Yarp.Configuration;

/// <summary>What Kafka, and this library, take for the name of a topic.</summary>
internal static class TopicName
{
    // Kafka's own limit: the name becomes a directory with a partition number behind it.
    private const int MaxLength = 249;

    /// <summary>Says what is wrong with a name, to stand behind the key that gives it; null where nothing is.</summary>
    public static string? Fault(string name) => name switch
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
