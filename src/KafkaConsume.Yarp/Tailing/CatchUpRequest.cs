using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>What a client that is behind the tail needs from Kafka next.</summary>
/// <param name="Map">The partitions.</param>
/// <param name="Framing">The client's wire format.</param>
/// <param name="From">The client's next offset of every partition; out of reach where it wants nothing.</param>
/// <param name="Until">Where the tail begins: partitions that are there already are not read.</param>
internal sealed record CatchUpRequest(PartitionMap Map, FramingSpec Framing, long[] From, long[] Until)
{
    /// <summary>A client may join another's request when it is ahead of it by no more records than this: most of what comes is new to it then.</summary>
    private const long Near = 500;

    /// <summary>Gets after how many bytes the piece is large enough; one record is always read.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>Says whether the answer to this will most likely be of use to another client.</summary>
    public bool Serves(CatchUpRequest other)
    {
        if (!ReferenceEquals(Map, other.Map) || Framing != other.Framing)
        {
            return false;
        }

        var distance = 0L;
        for (var index = 0; index < From.Length; index++)
        {
            var ahead = other.From[index] - From[index];
            if (ahead < 0)
            {
                return false;
            }

            distance += other.From[index] < Until[index] ? ahead : 0;
            if (distance > Near)
            {
                return false;
            }
        }

        return true;
    }
}
