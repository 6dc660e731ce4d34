using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Gathers what is new to a client, with the client's cursors in place of the log's.</summary>
internal sealed class TailRewriter(TailLog log) : IDisposable
{
    private const int MaxBlock = 64 * 1024;

    private readonly PooledBuffer _block = new();
    private readonly byte[] _cursor = new byte[CursorCodec.GetMaxLength(log.Map)];
    private readonly bool _hasCursorPerRecord = TailWriter.HasCursorPerRecord(log.Map);

    /// <summary>Rewrites up to 64 KiB, or until the client's positions are the log's, and moves the client behind that.</summary>
    public ReadOnlyMemory<byte> Rewrite(TailSegment segment, ref int index, ReaderPositions positions)
    {
        _block.Clear();
        var count = segment.Count;
        for (; index < count && !positions.AreLogs && _block.Length < MaxBlock; index++)
        {
            var entry = segment[index];
            var isNew = positions.IsNew(entry);
            positions.Pass(entry);
            var framed = segment.Slice(index, index + 1).Span;
            if (framed.Length > 0 && (isNew || (entry.Partition < 0 && !_hasCursorPerRecord)))
            {
                log.Spec.Rewrite(_block, framed, _cursor.AsSpan(0, CursorCodec.Encode(log.Map, positions.Own, _cursor)));
            }
        }

        return _block.WrittenMemory;
    }

    public void Dispose() => _block.Dispose();
}
