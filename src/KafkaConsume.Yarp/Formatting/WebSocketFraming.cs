using System.Text.Json;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Whole WebSocket text frames, each a JSON object with <c>type</c> first, that go to every client as they are.</summary>
internal sealed class WebSocketFraming(RecordFormatter formatter) : IFraming
{
    private readonly Utf8JsonWriter _writer = new(Stream.Null, JsonNames.WriterOptions);

    public void WriteRecord(PooledBuffer output, in RecordView record, ReadOnlySpan<byte> cursorUtf8)
    {
        var start = WebSocketFrame.Begin(output);
        output.Write("{\"type\":\"record\","u8);
        if (!cursorUtf8.IsEmpty)
        {
            // It is base64url, which JSON has as it is.
            output.Write("\"cursor\":\""u8);
            output.Write(cursorUtf8);
            output.Write("\","u8);
        }

        formatter.WriteProperties(output, record);
        output.Write("}"u8);
        WebSocketFrame.End(output, start);
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

    public void Dispose()
    {
        formatter.Dispose();
        _writer.Dispose();
    }

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
