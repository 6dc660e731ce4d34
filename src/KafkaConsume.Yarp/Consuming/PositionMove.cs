namespace KafkaConsume.Yarp.Consuming;

/// <summary>Positions that were kept for one map, in the order of another.</summary>
/// <param name="Positions">The next offset of each partition of the new map; -1 where the old one did not have it.</param>
/// <param name="RecreatedTopics">The topics that have been deleted and created again between the two.</param>
internal sealed record PositionMove(long[] Positions, IReadOnlyCollection<string> RecreatedTopics)
{
    public static PositionMove Between(PartitionMap from, PartitionMap to, ReadOnlySpan<long> positions)
    {
        var moved = new long[to.Count];
        for (var index = 0; index < moved.Length; index++)
        {
            var old = from.IndexOf(to.TopicOf(index), to.PartitionOf(index));
            moved[index] = old < 0 ? -1 : positions[old];
        }

        var ids = from.Topics.ToDictionary(topic => topic.Name, topic => topic.Id, StringComparer.Ordinal);
        var recreated = to.Topics
            .Where(topic => ids.TryGetValue(topic.Name, out var id) && id != topic.Id && id != Guid.Empty && topic.Id != Guid.Empty)
            .Select(topic => topic.Name);
        return new PositionMove(moved, [.. recreated]);
    }
}
