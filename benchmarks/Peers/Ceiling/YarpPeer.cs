using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace Peers.Ceiling;

/// <summary>The cheapest way to send the same bytes from a route transform of YARP: what the library could reach at best.</summary>
internal static class YarpPeer
{
    public static WebApplication Create(PeerOptions options)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var serve = CeilingPeer.Serve(options);
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [new RouteConfig { RouteId = "stream", ClusterId = "nobody", Match = new RouteMatch { Path = "/stream" } }],
                [
                    new ClusterConfig
                    {
                        ClusterId = "nobody",
                        Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["nobody"] = new() { Address = "http://127.0.0.1:9/" } },
                    },
                ])
            .AddTransforms(transforms =>
            {
                transforms.CopyRequestHeaders = false;
                transforms.AddRequestTransform(async transform => await serve(transform.HttpContext));
            });

        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
