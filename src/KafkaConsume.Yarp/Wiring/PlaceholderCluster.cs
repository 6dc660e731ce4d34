using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>
/// A cluster for routes that have none. YARP answers 503 to those before any transform runs. Its address is an IP literal, because
/// destination resolvers look up every name, and one where nothing listens: no request may leave the gateway by it.
/// </summary>
internal sealed class PlaceholderCluster : IProxyConfigProvider, IProxyConfig
{
    public const string Id = "KafkaConsume";

    private const string Nowhere = "http://127.0.0.1:9/";

    public IReadOnlyList<RouteConfig> Routes { get; } = [];

    public IReadOnlyList<ClusterConfig> Clusters { get; } =
    [
        new ClusterConfig
        {
            ClusterId = Id,
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
            {
                ["none"] = new DestinationConfig { Address = Nowhere },
            },
        },
    ];

    public IChangeToken ChangeToken { get; } = new CancellationChangeToken(CancellationToken.None);

    public IProxyConfig GetConfig() => this;
}
