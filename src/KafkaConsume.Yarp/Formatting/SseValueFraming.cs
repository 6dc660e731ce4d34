using System.Text.Json;
using System.Text.Unicode;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Decoding;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>
/// Server-sent events whose data is the value alone. A message is what the route's deserializer makes: the text, the JSON, or the
/// base64 that a <see cref="KafkaMessageDeserializer.Base64"/> route asks for. All else has an event name, so that
/// <c>onmessage</c> never sees it: <c>base64</c> for bytes that are not UTF-8, <c>invalid-json</c> for text that should have been JSON,
/// <c>delete</c> for a tombstone, its data the key (empty for none), and <c>delete-base64</c> for one whose key is not UTF-8;
/// <c>too-large</c> and <c>too-large-base64</c> for a record that is too large, in the same way.
/// </summary>
internal sealed class SseValueFraming(KafkaMessageDeserializer deserializer) : IFraming
{
    private readonly IValueDecoder _decoder = ValueDecoder.For(deserializer);
    private readonly Utf8JsonWriter _writer = new(Stream.Null, JsonNames.WriterOptions);

    public void WriteRecord(PooledBuffer output, in RecordView record, ReadOnlySpan<byte> cursorUtf8)
    {
        SseWriter.WriteId(output, cursorUtf8);
        if (record.IsCut)
        {
            WriteText(output, record.Key, "too-large"u8, "too-large-base64"u8);
        }
        else if (!record.HasValue)
        {
            WriteText(output, record.Key, "delete"u8, "delete-base64"u8);
        }
        else if (deserializer is KafkaMessageDeserializer.Noop)
        {
            WriteText(output, record.Value, [], "base64"u8);
        }
        else if (deserializer is KafkaMessageDeserializer.Base64)
        {
            SseWriter.WriteBase64Data(output, record.Value);
        }
        else
        {
            WriteJson(output, record.Value);
        }

        SseWriter.EndEvent(output);
    }

    public void WritePosition(PooledBuffer output, ReadOnlySpan<byte> cursorUtf8) => SseEvents.WritePosition(output, cursorUtf8);

    public void WriteGap(PooledBuffer output, ReadOnlySpan<GapInfo> gaps, ReadOnlySpan<byte> cursorUtf8) =>
        SseEvents.WriteGap(output, _writer, gaps, cursorUtf8);

    public void Dispose() => _writer.Dispose();

    private static void WriteText(PooledBuffer output, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> textEvent, ReadOnlySpan<byte> base64Event)
    {
        var isText = Utf8.IsValid(bytes);
        var name = isText ? textEvent : base64Event;
        if (!name.IsEmpty)
        {
            SseWriter.WriteEvent(output, name);
        }

        if (isText)
        {
            SseWriter.WriteData(output, bytes);
        }
        else
        {
            SseWriter.WriteBase64Data(output, bytes);
        }
    }

    private void WriteJson(PooledBuffer output, ReadOnlySpan<byte> value)
    {
        var start = output.Length;
        output.Write("data: "u8);
        _writer.Reset(output);
        var markers = _decoder.Write(_writer, value);
        _writer.Flush();
        if (markers is ValueMarkers.None)
        {
            output.Write("\n"u8);
            return;
        }

        output.Truncate(start);
        WriteText(output, value, "invalid-json"u8, "base64"u8);
    }
}
