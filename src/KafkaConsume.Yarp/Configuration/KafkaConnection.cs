namespace KafkaConsume.Yarp.Configuration;

/// <summary>A connection as a route uses it: the librdkafka properties that came out of all sources, and a key that is equal when they are.</summary>
/// <param name="Name">The connection's name, for logs.</param>
/// <param name="Properties">librdkafka properties by name.</param>
/// <param name="Key">The same for equal properties; tells nothing about them.</param>
internal sealed record KafkaConnection(string Name, IReadOnlyDictionary<string, string> Properties, string Key);
