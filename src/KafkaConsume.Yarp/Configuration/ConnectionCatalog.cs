using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>
/// Gives each route its connection as the configuration is now. YARP does not rebuild a route whose own configuration did not change,
/// so this is asked at every request: the answer is kept until the configuration changes.
/// </summary>
internal sealed partial class ConnectionCatalog : IDisposable
{
    private readonly ConditionalWeakTable<KafkaRoute, ConnectionResolution> _resolved = [];
    private readonly IOptionsMonitor<KafkaConnectionOptions> _connections;
    private readonly ILogger<ConnectionCatalog> _logger;
    private readonly IConfiguration? _configuration;
    private readonly IDisposable? _optionsChange;
    private readonly IDisposable? _configurationChange;
    private int _version;

    public ConnectionCatalog(
        IOptionsMonitor<KafkaConnectionOptions> connections,
        IOptionsMonitorCache<KafkaConnectionOptions> cache,
        ILogger<ConnectionCatalog> logger,
        IConfiguration? configuration = null)
    {
        _connections = connections;
        _logger = logger;
        _configuration = configuration;
        _optionsChange = connections.OnChange(_ => Forget());

        // The monitor forgets a name when that name's source changes; ours are all names of one section.
        _configurationChange = configuration is null ? null : ChangeToken.OnChange(configuration.GetReloadToken, () =>
        {
            cache.Clear();
            Forget();
        });
    }

    /// <summary>Gets a route's connection.</summary>
    /// <param name="route">The route; the answer is remembered for this very object.</param>
    /// <param name="errors">Gets what is wrong with the connection as it is configured now.</param>
    /// <returns>
    /// The connection. With errors it is the last one that was right for this route, or null if none was: a bad reload stops nothing.
    /// </returns>
    public KafkaConnection? Resolve(KafkaRoute route, ICollection<string> errors)
    {
        var version = Volatile.Read(ref _version);
        if (!_resolved.TryGetValue(route, out var resolution) || resolution.Version != version)
        {
            resolution = Renew(route, version, resolution?.Connection);
            _resolved.AddOrUpdate(route, resolution);
        }

        foreach (var error in resolution.Errors)
        {
            errors.Add(error);
        }

        return resolution.Connection;
    }

    public void Dispose()
    {
        _optionsChange?.Dispose();
        _configurationChange?.Dispose();
    }

    private ConnectionResolution Renew(KafkaRoute route, int version, KafkaConnection? last)
    {
        var resolver = new ConnectionResolver(_connections, _configuration);
        var connection = resolver.Resolve(route);
        if (connection is null && last is not null)
        {
            Log.ConnectionKept(_logger, route.RouteId, string.Join(' ', resolver.Errors));
        }

        return new ConnectionResolution(version, connection ?? last, resolver.Errors);
    }

    private void Forget() => Interlocked.Increment(ref _version);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Route {RouteId} goes on with the connection it had, because the changed one is not valid: {Errors}")]
        public static partial void ConnectionKept(ILogger logger, string routeId, string errors);
    }
}
