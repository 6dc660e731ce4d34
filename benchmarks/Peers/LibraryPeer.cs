namespace Peers;

/// <summary>A gateway with this library: YARP, and one route that answers server-sent events and WebSockets.</summary>
internal static class LibraryPeer
{
    public static WebApplication Create(PeerOptions options)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:kafka", options.Brokers),
            new("KafkaConsume:Connections:kafka:Config:fetch.wait.max.ms", $"{options.FetchWaitMs}"),
            new("ReverseProxy:Routes:stream:Match:Path", "/stream"),
            new("ReverseProxy:Routes:stream:Metadata:KafkaConsume.Topics", options.Topic),
            new("ReverseProxy:Routes:stream:Metadata:KafkaConsume.Mode", "auto"),
            new("ReverseProxy:Routes:stream:Metadata:KafkaConsume.MessageDeserializer", "json"),
        ]);
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddKafkaConsume();

        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
