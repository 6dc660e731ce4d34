using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Writes what clients of one transport receive. Each instance serves one thread.</summary>
internal interface IFraming : IDisposable
{
    /// <summary>Appends one record.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="record">The record.</param>
    /// <param name="cursorUtf8">The position after the record; empty for none.</param>
    void WriteRecord(PooledBuffer output, in RecordView record, ReadOnlySpan<byte> cursorUtf8);

    /// <summary>Appends a position without a record.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="cursorUtf8">The position; empty for none.</param>
    void WritePosition(PooledBuffer output, ReadOnlySpan<byte> cursorUtf8);

    /// <summary>Appends that records are missing.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="gaps">What is missing.</param>
    /// <param name="cursorUtf8">The position after the gap; empty for none.</param>
    void WriteGap(PooledBuffer output, ReadOnlySpan<GapInfo> gaps, ReadOnlySpan<byte> cursorUtf8);
}
