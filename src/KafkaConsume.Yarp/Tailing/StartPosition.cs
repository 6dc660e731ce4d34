using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Where a client begins and ends.</summary>
/// <param name="Positions">Its positions; null for the end of the tail.</param>
/// <param name="Gaps">What it asked for and Kafka no longer has.</param>
internal sealed record StartPosition(long[]? Positions, IReadOnlyList<GapInfo> Gaps)
{
    /// <summary>Gets for each partition the first offset that the client does not want; null when it wants all there will be.</summary>
    public long[]? Limits { get; init; }
}
