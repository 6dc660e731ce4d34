using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Peers.Ceiling;

/// <summary>
/// The cheapest way to send the same bytes with Kestrel: framed once into a ring, no routing, no middleware, no heartbeats, no deadlines, no
/// catching up. A client that is overrun is cut off.
/// </summary>
internal static class CeilingPeer
{
    private const string HandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static WebApplication Create(PeerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var events = new ByteRing();
        var frames = new ByteRing();
        new RecordFeed(options, events, frames).Start();
        app.Run(context => context.Request.Headers.Upgrade.Count > 0 ? SendFramesAsync(context, frames) : SendEventsAsync(context, events));
        return app;
    }

    private static async Task SendEventsAsync(HttpContext context, ByteRing ring)
    {
        context.Features.GetRequiredFeature<IHttpMinResponseDataRateFeature>().MinDataRate = null;
        context.Response.ContentType = "text/event-stream";
        var client = new RingClient(ring);
        await context.Response.StartAsync();
        var body = context.Response.BodyWriter;
        await body.FlushAsync();
        var isGone = false;
        while (!isGone)
        {
            await client.WaitAsync();
            var block = client.Read();
            body.Write(block.Span);
            if (!client.TryAdvance(block.Length))
            {
                context.Abort();
                return;
            }

            isGone = (await body.FlushAsync()).IsCompleted;
        }
    }

    private static async Task SendFramesAsync(HttpContext context, ByteRing ring)
    {
        context.Features.GetRequiredFeature<IHttpMinResponseDataRateFeature>().MinDataRate = null;
        var key = context.Request.Headers.SecWebSocketKey.ToString();
#pragma warning disable CA5350 // RFC 6455 demands it.
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeGuid)));
#pragma warning restore CA5350
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        var client = new RingClient(ring);
        await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        var receiving = ReceiveAsync(stream);
        while (!receiving.IsCompleted)
        {
            await client.WaitAsync();
            var block = client.Read();
            var writing = stream.WriteAsync(block);
            if (!client.TryAdvance(block.Length))
            {
                context.Abort();
            }

            await writing;
        }
    }

    // Nothing is expected from clients, but without a read nobody would learn that they are gone.
    private static async Task ReceiveAsync(Stream stream)
    {
        var buffer = new byte[16];
        while (await stream.ReadAsync(buffer) > 0)
        {
        }
    }
}
