using Confluent.Kafka.Admin;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// How far a client reads, as one offset for each partition: the first that it does not want. It is 0 for a partition that it does not
/// want at all, and out of reach for one without an end.
/// </summary>
internal static class ReadLimits
{
    /// <summary>Turns what a client asks for into offsets; null when it wants everything there will be.</summary>
    /// <exception cref="KafkaProblemException">A cursor or a partition is not one of this route's, or Kafka does not answer.</exception>
    public static async ValueTask<long[]?> ResolveAsync(StartRequest request, PartitionMap map, KafkaCluster cluster)
    {
        var limits = request.Until switch
        {
            null => null,
            { Cursor: { } cursor } => FromCursor(cursor, map),
            { TimestampMs: { } time } => await cluster.ListOffsetsAsync(map, OffsetSpec.ForTimestamp(time)),
            _ => await cluster.ListOffsetsAsync(map, OffsetSpec.Latest()),
        };
        return request.Partitions is { } chosen ? Choose(chosen, map, limits) : limits;
    }

    /// <summary>Brings limits to another map of the same topics: nothing is wanted of what has been added or made anew since.</summary>
    public static long[]? Move(long[]? limits, PartitionMap from, PartitionMap to)
    {
        if (limits is null)
        {
            return null;
        }

        var moved = PositionMove.Between(from, to, limits);
        for (var index = 0; index < to.Count; index++)
        {
            if (moved.Positions[index] < 0 || moved.RecreatedTopics.Contains(to.TopicOf(index), StringComparer.Ordinal))
            {
                moved.Positions[index] = 0;
            }
        }

        return moved.Positions;
    }

    private static long[] FromCursor(string cursor, PartitionMap map)
    {
        var decoded = CursorCodec.Decode(map, cursor);
        if (!decoded.IsValid)
        {
            throw new KafkaProblemException(KafkaProblem.InvalidCursor($"'until': {decoded.Error}"));
        }

        return [.. decoded.Positions.Select((position, index) =>
            decoded.RecreatedTopics.Contains(map.TopicOf(index), StringComparer.Ordinal) ? 0 : Math.Max(0, position))];
    }

    private static long[] Choose(IReadOnlyList<PartitionChoice> chosen, PartitionMap map, long[]? limits)
    {
        var only = new long[map.Count];
        foreach (var choice in chosen)
        {
            var topic = choice.Topic ?? (map.Topics.Count == 1 ? map.Topics[0].Name : null);
            var index = topic is null ? -1 : map.IndexOf(topic, choice.Partition);
            if (index < 0)
            {
                var partitions = string.Join(", ", map.Topics.Select(known => $"'{known.Name}' has {known.PartitionCount}"));
                throw new KafkaProblemException(KafkaProblem.InvalidQuery($"There is no partition '{choice}' here; of partitions, counted from 0, {partitions}."));
            }

            only[index] = limits?[index] ?? long.MaxValue;
        }

        return only;
    }
}
