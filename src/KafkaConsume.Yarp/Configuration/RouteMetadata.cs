namespace KafkaConsume.Yarp.Configuration;

/// <summary>Which of a route's metadata is ours, and how options are written as metadata.</summary>
internal static class RouteMetadata
{
    public const string CanonicalPrefix = "kafkaconsume";

    /// <summary>Tells whether a route is to be answered from Kafka: it has a key that starts with <c>KafkaConsume</c>, right or wrong.</summary>
    public static bool IsKafkaRoute(IReadOnlyDictionary<string, string>? metadata) => metadata is not null && metadata.Keys.Any(IsOurs);

    public static bool IsOurs(string key) => CanonicalName.Of(key).StartsWith(CanonicalPrefix, StringComparison.Ordinal);

    /// <summary>Gives options as metadata: what differs from its default, after the metadata of others.</summary>
    public static IReadOnlyDictionary<string, string> Write(KafkaRouteOptions options, IReadOnlyDictionary<string, string>? others)
    {
        var comparer = others is Dictionary<string, string> dictionary ? dictionary.Comparer : StringComparer.Ordinal;
        var metadata = new Dictionary<string, string>(comparer);
        foreach (var (key, value) in others ?? new Dictionary<string, string>(comparer))
        {
            if (!IsOurs(key))
            {
                metadata[key] = value;
            }
        }

        foreach (var setting in SettingTable.All)
        {
            if (setting.Write(options) is { } value)
            {
                metadata[setting.Key] = value;
            }
        }

        foreach (var (name, value) in options.Config)
        {
            metadata[KafkaConsumeMetadata.ConfigPrefix + name] = value;
        }

        return metadata;
    }
}
