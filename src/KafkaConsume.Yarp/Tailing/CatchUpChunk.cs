using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Framed records that were read from Kafka for one client, and where they take it.</summary>
internal sealed class CatchUpChunk(long[] positions) : IDisposable
{
    public PooledBuffer Bytes { get; } = new();

    /// <summary>Gets the end of each record in <see cref="Bytes"/>.</summary>
    public List<int> Ends { get; } = [];

    /// <summary>Gets the next offset of every partition behind the chunk.</summary>
    public long[] Positions { get; } = positions;

    /// <summary>Gets what Kafka no longer has, found while reading.</summary>
    public List<GapInfo> Gaps { get; } = [];

    /// <summary>Gets or sets why reading cannot go on.</summary>
    public KafkaProblem? Problem { get; set; }

    public void Dispose() => Bytes.Dispose();
}
