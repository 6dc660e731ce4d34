using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>
/// Puts a route's connection together, each source over the one before: the connection's options, the connection string of its name,
/// the route's own metadata.
/// </summary>
internal sealed class ConnectionResolver(IOptionsMonitor<KafkaConnectionOptions> connections, IConfiguration? configuration)
{
    private static readonly string DefaultName = new KafkaRouteOptions { Topics = [] }.Connection;
    private static readonly BrokerListFormat Brokers = new();

    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    public KafkaConnection? Resolve(KafkaRoute route)
    {
        var name = route.Options.Connection;
        if (Read(route, name) is not { } properties)
        {
            return null;
        }

        var connectionString = ReadConnectionString(route, name, properties);
        if (connectionString is null && properties.Count == 0 && !IsConfigured(name) && !(name == DefaultName && route.Options.BootstrapServers is not null))
        {
            Report(route, $"is not configured. {Ways(name)}{NearestName.Hint(KnownNames(), name)}");
            return null;
        }

        if (route.Options.BootstrapServers is { } servers)
        {
            // Whoever may write a route must not be able to have the gateway's password sent to a broker of their own.
            if (properties.Keys.Any(IsCredential))
            {
                Report(route, $"has credentials, which {KafkaConsumeMetadata.BootstrapServers} would send to other brokers. Give these brokers "
                    + $"a connection of their own, for example ConnectionStrings:<name>, and name it by {KafkaConsumeMetadata.Connection}.");
            }

            properties[KafkaPropertyTable.BootstrapServers] = servers;
        }

        foreach (var (property, value) in route.Options.Config)
        {
            properties[property] = value;
        }

        if (route.Options.ConsumerGroupProtocol != KafkaGroupProtocol.Auto)
        {
            properties[KafkaPropertyTable.GroupProtocol] = MembershipSettingTable.Protocol.Write(route.Options)!;
        }

        return Check(route, name, properties) ? new KafkaConnection(name, properties, ConnectionKey.Of(properties)) : null;
    }

    private Dictionary<string, string>? Read(KafkaRoute route, string name)
    {
        try
        {
            return ConnectionProperties.Of(connections.Get(name), name, []);
        }
        catch (OptionsValidationException failure)
        {
            foreach (var error in failure.Failures)
            {
                Report(route, $"is not valid: {error}");
            }

            return null;
        }
    }

    private string? ReadConnectionString(KafkaRoute route, string name, Dictionary<string, string> properties)
    {
        var text = configuration?.GetConnectionString(name);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        // Other systems keep keys in connection strings, so this one is not shown.
        List<string> faults = [];
        if (Brokers.TryRead(text, faults, out var servers))
        {
            properties[KafkaPropertyTable.BootstrapServers] = servers;
        }

        foreach (var fault in faults)
        {
            Report(route, $"is not valid: ConnectionStrings:{Shown.Plain(name)} {fault}");
        }

        return text;
    }

    private bool Check(KafkaRoute route, string name, Dictionary<string, string> properties)
    {
        // Errors so far are of the connection string, which then has no servers to give.
        if (!properties.ContainsKey(KafkaPropertyTable.BootstrapServers) && _errors.Count == 0)
        {
            Report(route, $"has no brokers to start from. {Ways(name)}");
        }

        List<string> faults = [];
        KafkaPropertyRules.Check(properties, faults);
        foreach (var fault in faults)
        {
            Report(route, $"does not fit together with the route's {KafkaConsumeMetadata.ConfigPrefix}*: {fault}");
        }

        return _errors.Count == 0;
    }

    private bool IsConfigured(string name) => ConfigurationSections.Connection(configuration, name)?.Exists() == true;

    private IEnumerable<string> KnownNames() => ConfigurationSections.ConnectionNames(configuration)
        .Concat(configuration?.GetSection("ConnectionStrings").GetChildren().Select(child => child.Key) ?? []);

    private static bool IsCredential(string property) =>
        property.StartsWith("sasl.", StringComparison.Ordinal) || property.StartsWith("ssl.key", StringComparison.Ordinal);

    private static string Ways(string name)
    {
        var shown = Shown.Plain(name);
        return $"Set ConnectionStrings:{shown}, or {ConfigurationSections.PathOf(name, KafkaPropertyTable.BootstrapServers)}, or the route's "
            + $"{KafkaConsumeMetadata.BootstrapServers}"
            + (name == DefaultName ? "." : $" without {KafkaConsumeMetadata.Connection}.");
    }

    private void Report(KafkaRoute route, string text) =>
        _errors.Add($"Route {Shown.Quoted(route.RouteId)}: connection {Shown.Quoted(route.Options.Connection)} {text}");
}
