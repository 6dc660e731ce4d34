using Confluent.Kafka.Admin;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Turns what a client asks for into offsets that exist.</summary>
internal static class StartPositionResolver
{
    /// <exception cref="KafkaProblemException">The cursor is not one of this route's, or Kafka does not answer.</exception>
    public static async ValueTask<StartPosition> ResolveAsync(StartRequest request, TailLog log, KafkaCluster cluster)
    {
        var map = log.Map;
        return request switch
        {
            { Cursor: { } cursor } => await FromCursorAsync(cursor, log, cluster),
            { Earliest: true } => At(await cluster.ListOffsetsAsync(map, OffsetSpec.Earliest())),
            { TimestampMs: { } time } => At(await cluster.ListOffsetsAsync(map, OffsetSpec.ForTimestamp(time))),
            { Back: { } back } => At(await BackAsync(back, map, cluster)),
            _ => StartPosition.AtHead,
        };
    }

    /// <summary>Brings positions that were right once to what Kafka has now.</summary>
    public static async ValueTask<StartPosition> AdjustAsync(
        long[] positions, IReadOnlyCollection<string> recreatedTopics, TailLog log, KafkaCluster cluster)
    {
        var map = log.Map;
        var head = log.HeadPositions();
        var isAhead = IsAnyAbove(positions, head);
        if (recreatedTopics.Count == 0 && !isAhead && !IsAnyAbove(log.StartPositions(), positions))
        {
            return new StartPosition(positions, []);
        }

        var starts = await cluster.ListOffsetsAsync(map, OffsetSpec.Earliest());
        var ends = isAhead ? await cluster.ListOffsetsAsync(map, OffsetSpec.Latest()) : null;
        var gaps = new List<GapInfo>();
        for (var index = 0; index < positions.Length; index++)
        {
            var requested = positions[index];
            var isRecreated = recreatedTopics.Contains(map.TopicOf(index), StringComparer.Ordinal);
            if (requested < 0)
            {
                // A partition that was added since: all of it is new.
                positions[index] = starts[index];
            }
            else if (isRecreated || requested < starts[index])
            {
                positions[index] = starts[index];
                gaps.Add(new GapInfo(map.TopicOf(index), map.PartitionOf(index), requested, starts[index]));
            }
            else if (ends is not null && requested > ends[index] && requested > head[index])
            {
                positions[index] = ends[index];
                gaps.Add(new GapInfo(map.TopicOf(index), map.PartitionOf(index), requested, ends[index]));
            }
        }

        return new StartPosition(positions, gaps);
    }

    private static ValueTask<StartPosition> FromCursorAsync(string cursor, TailLog log, KafkaCluster cluster)
    {
        var decoded = CursorCodec.Decode(log.Map, cursor);
        return decoded.IsValid
            ? AdjustAsync(decoded.Positions, decoded.RecreatedTopics, log, cluster)
            : throw new KafkaProblemException(KafkaProblem.InvalidCursor(decoded.Error));
    }

    private static async Task<long[]> BackAsync(long back, PartitionMap map, KafkaCluster cluster)
    {
        var starts = await cluster.ListOffsetsAsync(map, OffsetSpec.Earliest());
        var ends = await cluster.ListOffsetsAsync(map, OffsetSpec.Latest());
        return [.. ends.Zip(starts, (end, start) => Math.Max(start, end - back))];
    }

    private static StartPosition At(long[] positions) => new(positions, []);

    private static bool IsAnyAbove(long[] left, long[] right)
    {
        for (var index = 0; index < left.Length; index++)
        {
            if (left[index] > right[index])
            {
                return true;
            }
        }

        return false;
    }
}
