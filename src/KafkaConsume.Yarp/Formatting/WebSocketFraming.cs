using System.Text.Json;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Whole WebSocket text frames, each a JSON object with <c>type</c> first, that go to every client as they are.</summary>
internal sealed class WebSocketFraming(RecordFormatter formatter) : IFraming
{
    private readonly Utf8JsonWriter _writer = new(Stream.Null, JsonNames.WriterOptions);

    public void WriteRecord(PooledBuffer output, in RecordView record, ReadOnlySpan<byte> cursorUtf8)
    {
        var start = Begin(output, JsonNames.Record);
        WriteCursor(cursorUtf8);
        formatter.WriteProperties(_writer, record);
        End(output, start);
    }

    public void WritePosition(PooledBuffer output, ReadOnlySpan<byte> cursorUtf8)
    {
        var start = Begin(output, JsonNames.Heartbeat);
        WriteCursor(cursorUtf8);
        End(output, start);
    }

    public void WriteGap(PooledBuffer output, ReadOnlySpan<GapInfo> gaps, ReadOnlySpan<byte> cursorUtf8)
    {
        var start = Begin(output, JsonNames.Gap);
        GapFormatter.WriteProperty(_writer, gaps);
        WriteCursor(cursorUtf8);
        End(output, start);
    }

    public void Dispose() => _writer.Dispose();

    private int Begin(PooledBuffer output, JsonEncodedText type)
    {
        var start = WebSocketFrame.Begin(output);
        _writer.Reset(output);
        _writer.WriteStartObject();
        _writer.WriteString(JsonNames.Type, type);
        return start;
    }

    private void WriteCursor(ReadOnlySpan<byte> cursorUtf8)
    {
        if (!cursorUtf8.IsEmpty)
        {
            _writer.WriteString(JsonNames.Cursor, cursorUtf8);
        }
    }

    private void End(PooledBuffer output, int start)
    {
        _writer.WriteEndObject();
        _writer.Flush();
        WebSocketFrame.End(output, start);
    }
}
