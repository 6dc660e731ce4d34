using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Where a client begins: positions, or the end of the tail where there are none; and what it asked for that Kafka no longer has.</summary>
internal sealed record StartPosition(long[]? Positions, IReadOnlyList<GapInfo> Gaps)
{
    public static StartPosition AtHead { get; } = new(null, []);
}
