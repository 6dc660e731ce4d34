using Microsoft.Extensions.Configuration;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>Where things stand in the application's configuration.</summary>
internal static class ConfigurationSections
{
    public const string Root = "KafkaConsume";

    public const string Connections = "Connections";

    public const string Config = "Config";

    /// <summary>Gets the names of the connections that have a section.</summary>
    public static IEnumerable<string> ConnectionNames(IConfiguration? configuration) =>
        configuration?.GetSection(Root).GetSection(Connections).GetChildren().Select(section => section.Key) ?? [];

    public static IConfigurationSection? Connection(IConfiguration? configuration, string name) =>
        configuration?.GetSection(Root).GetSection(Connections).GetSection(name);

    /// <summary>Gives how a property of a connection is reached, for errors.</summary>
    public static string PathOf(string connection, string property) => $"{Root}:{Connections}:{Shown.Plain(connection)}:{Config}:{Shown.Plain(property)}";
}
