using KafkaConsume.Yarp.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>
/// What is wrong with routes only together, for a validation that sees one at a time: YARP says which routes there are before it validates the
/// first of them.
/// </summary>
internal sealed class RouteCircles(ConnectionCatalog connections)
{
    private volatile ILookup<string, string>? _errors;

    /// <summary>Takes the routes that are about to be validated. What is wrong with one of them alone is not its business.</summary>
    public void Look(IEnumerable<RouteConfig> routes) => _errors = DeadLetterCycles.Find(Parse(routes));

    /// <summary>Gets what a route is to report.</summary>
    public IEnumerable<string> ErrorsOf(string routeId) => _errors?[routeId] ?? [];

    private IEnumerable<(KafkaRoute Route, string Brokers)> Parse(IEnumerable<RouteConfig> routes)
    {
        foreach (var config in routes.DistinctBy(route => route.RouteId, StringComparer.OrdinalIgnoreCase))
        {
            if (RouteMetadata.IsKafkaRoute(config.Metadata)
                && RouteMetadataParser.Parse(config.RouteId, config.Metadata).Route is { } route
                && connections.Resolve(route, [])?.Properties.GetValueOrDefault(KafkaPropertyTable.BootstrapServers) is { } brokers)
            {
                yield return (route, brokers);
            }
        }
    }
}
