namespace KafkaConsume.Yarp.Configuration;

/// <summary>What is known about a property of librdkafka.</summary>
/// <param name="Name">The name in librdkafka. In canonical form it is also the name of the property in Confluent.Kafka.</param>
/// <param name="Format">The values that librdkafka takes.</param>
/// <param name="Scope">The clients that it does something for.</param>
internal sealed record KafkaProperty(string Name, ValueFormat Format, KafkaPropertyScope Scope)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Gets whether a route's metadata may set it: it tunes reading, and neither redirects, runs, loads nor opens anything.</summary>
    public bool OnRoutes { get; init; }

    /// <summary>Gets why nobody may set it and what does it instead, or null where a connection may.</summary>
    public string? Refused { get; init; }
}
