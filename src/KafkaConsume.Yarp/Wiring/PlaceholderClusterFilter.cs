using KafkaConsume.Yarp.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>Gives the placeholder cluster to Kafka routes that name none, wherever they come from.</summary>
internal sealed class PlaceholderClusterFilter : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => new(cluster);

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        new(string.IsNullOrEmpty(route.ClusterId) && RouteMetadata.IsKafkaRoute(route.Metadata)
            ? route with { ClusterId = PlaceholderCluster.Id }
            : route);
}
