namespace Gateway;

/// <summary>The service behind the ordinary route <c>hello</c>: another web server of this process, on a port that is free.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Upstream(WebApplication app) => _app = app;

    /// <summary>Starts the service and tells the gateway's configuration where it is.</summary>
    public static async Task<Upstream> StartAsync(WebApplicationBuilder gateway)
    {
        // An empty builder reads none of the gateway's settings, its addresses least of all.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();

        var app = builder.Build();
        app.MapGet("/hello", () => new { message = "Hello from behind the gateway." });
        await app.StartAsync();

        gateway.Configuration.AddInMemoryCollection([new("ReverseProxy:Clusters:hello:Destinations:upstream:Address", app.Urls.Single())]);
        return new Upstream(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
