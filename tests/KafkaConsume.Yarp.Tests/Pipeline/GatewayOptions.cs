using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What a test's gateway is like, where it is not like every other.</summary>
internal sealed record GatewayOptions
{
    public required string BootstrapServers { get; init; }

    public IReadOnlyList<RouteConfig> Routes { get; init; } = [];

    public IReadOnlyList<ClusterConfig> Clusters { get; init; } = [];

    /// <summary>Gets how the routes are loaded; by default from <see cref="Routes"/> and <see cref="Clusters"/>.</summary>
    public Action<IReverseProxyBuilder, IConfiguration>? Load { get; init; }

    public IEnumerable<KeyValuePair<string, string?>> Configuration { get; init; } = [];

    public Action<KafkaConsumeOptions> KafkaConsume { get; init; } = _ => { };

    public Action<KestrelServerOptions> Kestrel { get; init; } = kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0);

    /// <summary>Gets a server that speaks HTTP/2 alone, without TLS.</summary>
    public static Action<KestrelServerOptions> Http2 => kestrel =>
        kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);

    public Action<IServiceCollection> Services { get; init; } = _ => { };

    public Action<IReverseProxyBuilder> Proxy { get; init; } = _ => { };

    public Action<WebApplication> Pipeline { get; init; } = _ => { };
}
