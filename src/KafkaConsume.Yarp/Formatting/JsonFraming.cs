using System.Text.Json;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>The bare JSON of each record: what stands between records, and where positions and gaps go, is up to the answer around them.</summary>
internal sealed class JsonFraming(RecordFormatter formatter) : IFraming
{
    private readonly Utf8JsonWriter _writer = new(Stream.Null, JsonNames.WriterOptions);

    public void WriteRecord(PooledBuffer output, in RecordView record, ReadOnlySpan<byte> cursorUtf8)
    {
        _writer.Reset(output);
        formatter.WriteRecord(_writer, record);
        _writer.Flush();
    }

    public void WritePosition(PooledBuffer output, ReadOnlySpan<byte> cursorUtf8)
    {
        // A batch names its position in its headers.
    }

    public void WriteGap(PooledBuffer output, ReadOnlySpan<GapInfo> gaps, ReadOnlySpan<byte> cursorUtf8)
    {
        // A batch names its gaps in its status and headers.
    }

    public void Dispose() => _writer.Dispose();
}
