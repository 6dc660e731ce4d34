using KafkaConsume.Yarp.Formatting;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>The body of a batch: a JSON array, or a record a line.</summary>
internal sealed class BatchBody : IDisposable
{
    private readonly PooledBuffer _bytes = new();
    private readonly bool _isLines;

    private BatchBody(bool isLines)
    {
        _isLines = isLines;
        if (!isLines)
        {
            _bytes.Write("["u8);
        }
    }

    public int Count { get; private set; }

    public int Length => _bytes.Length;

    /// <summary>Begins the body that the client asks for, or gives null when it takes neither.</summary>
    public static BatchBody? For(HttpRequest request)
    {
        var array = AcceptHeader.Quality(request, "application/json");
        var lines = LinesType(request) is { } type ? AcceptHeader.Quality(request, type) : 0;
        return (array, lines) switch
        {
            (0, 0) => null,
            _ => new BatchBody(lines >= array),
        };
    }

    public void Add(ReadOnlySpan<byte> record)
    {
        if (!_isLines && Count > 0)
        {
            _bytes.Write(","u8);
        }

        _bytes.Write(record);
        if (_isLines)
        {
            _bytes.Write("\n"u8);
        }

        Count++;
    }

    /// <summary>Sends the answer, whole.</summary>
    /// <returns>
    /// Whether the connection took all of it. A write to a connection that is gone throws nothing, and the request's token is
    /// cancelled only a moment later.
    /// </returns>
    public async Task<bool> SendAsync(HttpContext context, BatchQuery query)
    {
        if (!_isLines)
        {
            _bytes.Write("]"u8);
        }

        var response = context.Response;
        ResponseRules.NeverStore(context);
        response.Headers.Vary = "Accept";
        response.ContentType = _isLines ? LinesType(context.Request) : "application/json";
        response.ContentLength = _bytes.Length;
        if (query.AppliedPreference is { } applied)
        {
            response.Headers["Preference-Applied"] = applied;
        }

        await response.BodyWriter.WriteAsync(_bytes.WrittenMemory, context.RequestAborted);

        // A flush that had to wait says nothing when the connection broke meanwhile; one with nothing left to wait for does.
        var flushed = await response.BodyWriter.FlushAsync(CancellationToken.None);
        await response.CompleteAsync();
        return !flushed.IsCompleted && !context.RequestAborted.IsCancellationRequested;
    }

    public void Dispose() => _bytes.Dispose();

    private static string? LinesType(HttpRequest request) =>
        AcceptHeader.Names(request, "application/x-ndjson") ? "application/x-ndjson"
        : AcceptHeader.Names(request, "application/jsonl") ? "application/jsonl"
        : null;
}
