using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A server behind the gateway that counts what gets through to it, and echoes WebSocket frames.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    public const string ClusterId = "upstream";

    private readonly WebApplication _application;
    private int _requests;

    private Upstream(WebApplication application) => _application = application;

    public int Requests => Volatile.Read(ref _requests);

    public static async Task<Upstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var upstream = new Upstream(builder.Build());
        upstream._application.UseWebSockets();
        upstream._application.Run(upstream.AnswerAsync);
        await upstream._application.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    public ClusterConfig Cluster(TimeSpan? activityTimeout = null) => new()
    {
        ClusterId = ClusterId,
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = activityTimeout },
        Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
        {
            ["only"] = new DestinationConfig { Address = _application.Urls.First() },
        },
    };

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await context.Response.WriteAsync("from upstream");
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        for (var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            received.MessageType != WebSocketMessageType.Close;
            received = await socket.ReceiveAsync(buffer, CancellationToken.None))
        {
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
    }
}
