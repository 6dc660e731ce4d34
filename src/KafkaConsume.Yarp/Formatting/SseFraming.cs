using System.Text.Json;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Server-sent events: each record is a message, with the cursor as its id.</summary>
internal sealed class SseFraming(RecordFormatter formatter) : IFraming
{
    private readonly Utf8JsonWriter _writer = new(Stream.Null, JsonNames.WriterOptions);

    public void WriteRecord(PooledBuffer output, in RecordView record, ReadOnlySpan<byte> cursorUtf8)
    {
        SseWriter.WriteId(output, cursorUtf8);
        output.Write("data: "u8);
        formatter.WriteRecord(output, record);
        output.Write("\n\n"u8);
    }

    public void WritePosition(PooledBuffer output, ReadOnlySpan<byte> cursorUtf8) => SseEvents.WritePosition(output, cursorUtf8);

    public void WriteGap(PooledBuffer output, ReadOnlySpan<GapInfo> gaps, ReadOnlySpan<byte> cursorUtf8) =>
        SseEvents.WriteGap(output, _writer, gaps, cursorUtf8);

    public void Dispose()
    {
        formatter.Dispose();
        _writer.Dispose();
    }
}
