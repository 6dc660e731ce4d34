using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.SessionAffinity;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A load balancer before replicas of a gateway: plain YARP, in turn, except for requests that name their replica.</summary>
internal sealed class OwnerProxy : IAsyncDisposable
{
    private readonly WebApplication _application;

    private OwnerProxy(WebApplication application) => _application = application;

    public static async Task<OwnerProxy> StartAsync(string cookie, params (string Name, Uri Address)[] replicas)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddSingleton<ISessionAffinityPolicy, OwnerAffinityPolicy>();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "gateways", Match = new RouteMatch { Path = "/{**rest}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "gateways",
                    LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin,
                    SessionAffinity = new SessionAffinityConfig
                    {
                        Enabled = true,
                        Policy = "KafkaConsumeOwner",
                        AffinityKeyName = cookie,
                        FailurePolicy = "Redistribute",
                    },
                    Destinations = replicas.ToDictionary(
                        replica => replica.Name, replica => new DestinationConfig { Address = replica.Address.ToString() }, StringComparer.Ordinal),
                },
            ]);
        var application = builder.Build();
        application.MapReverseProxy();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new OwnerProxy(application);
    }

    /// <summary>Creates a client that keeps no cookies of its own.</summary>
    public HttpClient CreateClient() => new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(_application.Urls.First()) };

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
