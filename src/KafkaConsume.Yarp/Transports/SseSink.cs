using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Server-sent events as WHATWG's HTML standard defines them.</summary>
internal sealed class SseSink(HttpContext context, bool returnErrorMessage, TimeProvider time) : IStreamSink
{
    private const int MinRetryMs = 1000;
    private const int MaxRetryMs = 5000;

    // A write to a client that is gone succeeds. What follows tells: the answer of a system that knows nothing of the connection any more.
    private static readonly TimeSpan SignAfter = TimeSpan.FromSeconds(1);

    private long _probe;
    private long _probedAt;

    private PipeWriter Body => context.Response.BodyWriter;

    public FramingKind Kind => FramingKind.ServerSentEvents;

    public bool TakesAtOnce => true;

    public TimeSpan ProbePause => SignAfter;

    public async ValueTask StartAsync(string? cursor)
    {
        ResponseRules.PrepareStream(context);
        ResponseRules.NeverStore(context);
        var headers = context.Response.Headers;
        context.Response.ContentType = "text/event-stream";
        headers.CacheControl = "no-cache,no-store";
        headers.Pragma = "no-cache";
        headers.ContentEncoding = "identity";
        headers["X-Accel-Buffering"] = "no";
        headers["Incremental"] = "?1";
        await context.Response.StartAsync();

        // Many clients lose their connection at one time; they should not all come back at one.
        SseWriter.WriteRetry(Body, RandomNumberGenerator.GetInt32(MinRetryMs, MaxRetryMs + 1));
        WriteId(cursor);
        await Body.FlushAsync();
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frames)
    {
        Body.Write(frames.Span);
        await Body.FlushAsync();
    }

    public async ValueTask HeartbeatAsync(Func<string?> cursor, bool hasMoved)
    {
        if (hasMoved)
        {
            WriteId(cursor());
        }

        SseWriter.WriteHeartbeat(Body);
        await Body.FlushAsync();
    }

    public async ValueTask ProbeAsync(long number)
    {
        SseWriter.WriteHeartbeat(Body);
        await Body.FlushAsync();
        (_probe, _probedAt) = (number, time.GetTimestamp());
    }

    public long LastArrived(long now) =>
        _probe > 0 && !context.RequestAborted.IsCancellationRequested && time.GetElapsedTime(_probedAt, now) >= SignAfter ? _probe : Math.Max(_probe - 1, 0);

    // Event streams go one way: the system notices when nobody confirms what was sent.
    public bool IsAlive(long now) => true;

    public async ValueTask FinishAsync(string cursor)
    {
        SseWriter.WriteEnd(Body, Encoding.ASCII.GetBytes(cursor));
        await Body.FlushAsync();
        await context.Response.CompleteAsync();
    }

    public async ValueTask FailAsync(KafkaProblem problem)
    {
        if (!context.Response.HasStarted)
        {
            throw new KafkaProblemException(problem);
        }

        SseWriter.WriteError(Body, Encoding.UTF8.GetBytes(ProblemJson.Create(problem, returnErrorMessage).ToJsonString()));
        await Body.FlushAsync();
        await context.Response.CompleteAsync();
    }

    public async ValueTask EndAsync(StreamEnd reason)
    {
        if (reason != StreamEnd.ClientGone)
        {
            await context.Response.CompleteAsync();
        }
    }

    private void WriteId(string? cursor)
    {
        if (cursor is not null)
        {
            SseWriter.WriteId(Body, Encoding.ASCII.GetBytes(cursor));
            SseWriter.EndEvent(Body);
        }
    }
}
