using KafkaConsume.Yarp.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp;

/// <summary>The typed door to a route's metadata.</summary>
public static class KafkaRouteConfigExtensions
{
    /// <summary>
    /// Makes a route that is answered from Kafka: writes the options that differ from their defaults as metadata, in place of any
    /// <c>KafkaConsume.*</c> metadata that the route had. They are checked when the proxy loads the route, as metadata is.
    /// </summary>
    /// <param name="route">The route; its other metadata is kept.</param>
    /// <param name="options">What to read and how to answer.</param>
    /// <returns>A copy of the route with the metadata.</returns>
    public static RouteConfig WithKafkaConsume(this RouteConfig route, KafkaRouteOptions options)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(options);
        return route with { Metadata = RouteMetadata.Write(options, route.Metadata) };
    }
}
