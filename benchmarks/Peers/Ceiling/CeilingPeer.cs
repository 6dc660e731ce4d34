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

    /// <summary>An answer to a request of a group, as the library would give it.</summary>
    private static string Batch =>
        """[{"topic":"bench-001","partition":0,"offset":100000,"timestamp":"2026-01-01T00:00:00.000Z","key":null,"value":{"ts":1000000000000000000,"p":"""
        + $"\"{new string('x', 67)}\"}}}}]";

    public static WebApplication Create(PeerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(Serve(options));
        return app;
    }

    /// <summary>Begins to read records, and gets what sends them to a client.</summary>
    public static RequestDelegate Serve(PeerOptions options)
    {
        var events = new ByteRing();
        var frames = new ByteRing();
        new RecordFeed(options, events, frames).Start();
        var batch = Encoding.ASCII.GetBytes(Batch);
        return context =>
            context.Request.Headers.Upgrade.Count > 0 ? SendFramesAsync(context, frames)
            : context.Request.Path == "/group" ? SendBatchAsync(context, batch)
            : SendEventsAsync(context, events);
    }

    private static async Task SendBatchAsync(HttpContext context, byte[] batch)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = batch.Length;
        await context.Response.BodyWriter.WriteAsync(batch);
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
