namespace Peers;

/// <summary>A gateway with this library: YARP, a route that answers server-sent events and WebSockets, and one of a group.</summary>
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
            new("ReverseProxy:Routes:group:Match:Path", "/group"),
            new("ReverseProxy:Routes:group:Metadata:KafkaConsume.Topics", options.Topic),
            new("ReverseProxy:Routes:group:Metadata:KafkaConsume.Mode", "http-get"),
            new("ReverseProxy:Routes:group:Metadata:KafkaConsume.MessageDeserializer", "json"),
            new("ReverseProxy:Routes:group:Metadata:KafkaConsume.ConsumerGroup.Mode", "manual"),
            new("ReverseProxy:Routes:group:Metadata:KafkaConsume.ConsumerGroup.Id", options.Topic),
            new("ReverseProxy:Routes:group:Metadata:KafkaConsume.AutoOffsetReset", "earliest"),
            new("ReverseProxy:Routes:acks:Match:Path", "/acks"),
            new("ReverseProxy:Routes:acks:Metadata:KafkaConsume.Topics", options.Topic),
            new("ReverseProxy:Routes:acks:Metadata:KafkaConsume.Mode", "websocket"),
            new("ReverseProxy:Routes:acks:Metadata:KafkaConsume.MessageDeserializer", "json"),
            new("ReverseProxy:Routes:acks:Metadata:KafkaConsume.ConsumerGroup.Mode", "manual"),
            new("ReverseProxy:Routes:acks:Metadata:KafkaConsume.ConsumerGroup.Id", $"{options.Topic}-acks"),
            new("ReverseProxy:Routes:acks:Metadata:KafkaConsume.AutoOffsetReset", "earliest"),
            new("ReverseProxy:Routes:acks:Metadata:KafkaConsume.CommitStrategy", "client-acks"),
            new("ReverseProxy:Routes:acks:Metadata:KafkaConsume.MaxInFlight", "1000"),
        ]);
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddKafkaConsume();

        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
