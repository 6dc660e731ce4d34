using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>The bare JSON of each record: what stands between records, and where positions and gaps go, is up to the answer around them.</summary>
internal sealed class JsonFraming(RecordFormatter formatter) : IFraming
{
    public void WriteRecord(PooledBuffer output, in RecordView record, ReadOnlySpan<byte> cursorUtf8) => formatter.WriteRecord(output, record);

    public void WritePosition(PooledBuffer output, ReadOnlySpan<byte> cursorUtf8)
    {
        // A batch names its position in its headers.
    }

    public void WriteGap(PooledBuffer output, ReadOnlySpan<GapInfo> gaps, ReadOnlySpan<byte> cursorUtf8)
    {
        // A batch names its gaps in its status and headers.
    }

    public void Dispose() => formatter.Dispose();
}
