using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>What makes two routes read from one source: the same cluster, topics and rendering.</summary>
/// <param name="ConnectionKey">The connection's key.</param>
/// <param name="TopicNames">The topics, one a line.</param>
/// <param name="Deserializer">How values become JSON.</param>
/// <param name="Format">What clients get of a record.</param>
internal sealed record TailSourceKey(string ConnectionKey, string TopicNames, KafkaMessageDeserializer Deserializer, KafkaRecordFormat Format)
{
    /// <summary>Gets the connection's name, for logs alone.</summary>
    public string Connection { get; private init; } = "";

    public IReadOnlyList<string> Topics => TopicNames.Split('\n');

    public static TailSourceKey Of(KafkaRoute route, KafkaConnection connection) =>
        new(connection.Key, string.Join('\n', route.Topics), route.Options.MessageDeserializer, route.Options.Format)
        {
            Connection = connection.Name,
        };

    public bool Equals(TailSourceKey? other) =>
        other is not null && other.ConnectionKey == ConnectionKey && other.TopicNames == TopicNames
        && other.Deserializer == Deserializer && other.Format == Format;

    public override int GetHashCode() => HashCode.Combine(ConnectionKey, TopicNames, Deserializer, Format);
}
