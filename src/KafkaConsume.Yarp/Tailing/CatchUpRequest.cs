using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>What a client that is behind the tail needs from Kafka next.</summary>
/// <param name="Map">The partitions.</param>
/// <param name="Framing">The client's wire format.</param>
/// <param name="From">The client's next offset of every partition.</param>
/// <param name="Until">Where the tail begins: partitions that are there already are not read.</param>
/// <param name="MaxRecords">How many records at most.</param>
/// <param name="MaxBytes">After how many bytes to stop; one record is always read.</param>
internal sealed record CatchUpRequest(PartitionMap Map, FramingSpec Framing, long[] From, long[] Until, int MaxRecords, int MaxBytes)
{
    /// <summary>Gets a value indicating whether the last record must not go beyond <see cref="MaxBytes"/>, unless it is the only one.</summary>
    public bool IsStrict { get; init; }
}
