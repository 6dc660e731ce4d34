using Confluent.Kafka.Admin;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Turns what a client asks for into offsets that exist.</summary>
internal static class StartPositionResolver
{
    /// <exception cref="KafkaProblemException">A cursor or a partition is not one of this route's, or Kafka does not answer.</exception>
    public static async ValueTask<StartPosition> ResolveAsync(StartRequest request, TailLog log, KafkaCluster cluster)
    {
        var map = log.Map;
        var limits = await ReadLimits.ResolveAsync(request, map, cluster);
        if (request.Cursor is { } cursor)
        {
            var decoded = CursorCodec.Decode(map, cursor);
            return decoded.IsValid
                ? await AdjustAsync(decoded.Positions, decoded.RecreatedTopics, limits, log, cluster)
                : throw new KafkaProblemException(KafkaProblem.InvalidCursor(decoded.Error));
        }

        var positions = request switch
        {
            { Earliest: true } => await cluster.ListOffsetsAsync(map, OffsetSpec.Earliest()),
            { TimestampMs: { } time } => await cluster.ListOffsetsAsync(map, OffsetSpec.ForTimestamp(time)),
            { Back: { } back } => await BackAsync(back, map, cluster),
            _ => null,
        };
        return new StartPosition(positions, []) { Limits = limits };
    }

    /// <summary>Brings positions that were right once to what Kafka has now.</summary>
    public static async ValueTask<StartPosition> AdjustAsync(
        long[] positions, IReadOnlyCollection<string> recreatedTopics, long[]? limits, TailLog log, KafkaCluster cluster)
    {
        var map = log.Map;
        var head = log.HeadPositions();
        var isAhead = IsAnyWantedAbove(positions, head, limits);
        if (recreatedTopics.Count == 0 && !isAhead && !PositionOrder.IsAnyAbove(log.StartPositions(), ReaderPositions.Wanted(positions, limits)))
        {
            return new StartPosition(positions, []) { Limits = limits };
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
            else if (limits is not null && requested >= limits[index])
            {
                // Whatever has become of it, this client does not want it.
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

        return new StartPosition(positions, gaps) { Limits = limits };
    }

    private static bool IsAnyWantedAbove(long[] positions, long[] head, long[]? limits)
    {
        for (var index = 0; index < positions.Length; index++)
        {
            if (positions[index] > head[index] && (limits is null || positions[index] < limits[index]))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<long[]> BackAsync(long back, PartitionMap map, KafkaCluster cluster)
    {
        var starts = await cluster.ListOffsetsAsync(map, OffsetSpec.Earliest());
        var ends = await cluster.ListOffsetsAsync(map, OffsetSpec.Latest());
        return [.. ends.Zip(starts, (end, start) => Math.Max(start, end - back))];
    }
}
