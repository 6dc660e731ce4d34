namespace KafkaConsume.Yarp.Configuration;

/// <summary>The librdkafka properties of a connection's options, by their names and in their spelling, whoever wrote them.</summary>
internal static class ConnectionProperties
{
    /// <summary>Reads what is right and adds what is wrong: code may have set anything.</summary>
    public static Dictionary<string, string> Of(KafkaConnectionOptions options, string connection, ICollection<string> errors)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in options.Config)
        {
            if (ConnectionSection.Check(ConfigurationSections.PathOf(connection, name), name, value, errors) is { } property)
            {
                properties[property.Name] = property.Value;
            }
        }

        return properties;
    }
}
