using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A gateway as an application builds one: real Kestrel on a free port, real YARP, the library added by its one line.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly InMemoryConfigProvider? _routes;
    private readonly IReadOnlyList<ClusterConfig> _clusters;

    private Gateway(WebApplication application, InMemoryConfigProvider? routes, IReadOnlyList<ClusterConfig> clusters, LogCapture logs)
    {
        _application = application;
        _routes = routes;
        _clusters = clusters;
        Logs = logs;
        Address = new Uri(application.Urls.First());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public LogCapture Logs { get; }

    public IServiceProvider Services => _application.Services;

    /// <summary>Gets a route's metadata: topics and what else is given, in pairs of setting and value.</summary>
    public static RouteConfig Route(string id, string path, string topics, params (string Setting, string Value)[] settings) => new()
    {
        RouteId = id,
        Match = new RouteMatch { Path = path },
        Metadata = settings.Append(("Topics", topics)).ToDictionary(
            setting => "KafkaConsume." + setting.Item1, setting => setting.Item2, StringComparer.Ordinal),
    };

    public static Task<Gateway> StartAsync(string bootstrapServers, params RouteConfig[] routes) =>
        StartAsync(new GatewayOptions { BootstrapServers = bootstrapServers, Routes = routes });

    public static async Task<Gateway> StartAsync(GatewayOptions options)
    {
        var logs = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:kafka"] = options.BootstrapServers,
            ["KafkaConsume:Connections:kafka:Config:fetch.wait.max.ms"] = "10",
        });
        builder.Configuration.AddInMemoryCollection(options.Configuration);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options.Kestrel);
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        var proxy = builder.Services.AddReverseProxy();
        if (options.Load is { } load)
        {
            load(proxy, builder.Configuration);
        }
        else
        {
            proxy.LoadFromMemory(options.Routes, options.Clusters);
        }

        proxy.AddKafkaConsume(options.KafkaConsume);
        builder.Services.AddRouting();
        options.Services(builder.Services);
        options.Proxy(proxy);
        var application = builder.Build();
        options.Pipeline(application);
        application.MapReverseProxy();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new Gateway(application, application.Services.GetService<InMemoryConfigProvider>(), options.Clusters, logs);
    }

    /// <summary>Loads other routes, as an edit of the configuration does.</summary>
    public void Reload(params RouteConfig[] routes) => _routes!.Update(routes, _clusters);

    /// <summary>Stops the gateway as SIGTERM does.</summary>
    public Task StopAsync() => _application.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits until the gateway has stopped because its process was told to end.</summary>
    public Task WaitForShutdownAsync() => _application.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
    }
}
