using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>What makes two routes share one consumer.</summary>
/// <param name="ConnectionKey">The connection.</param>
/// <param name="GroupId">Kafka's <c>group.id</c>.</param>
/// <param name="Topics">The topics, joined by commas, which no topic's name has.</param>
/// <param name="Reset">Where the group starts without a position.</param>
/// <param name="Rules">How records are handed out and when the group's position moves.</param>
internal sealed record GroupConsumerKey(
    string ConnectionKey, string GroupId, string Topics, KafkaAutoOffsetReset Reset, DeliveryRules Rules)
{
    /// <summary>Gets the name that the gateway keeps in the group over restarts; null where it has none.</summary>
    public string? InstanceId { get; init; }

    // That routes share a group and differ in how they read is rare, and each request looks its consumer up.
    public override int GetHashCode() => GroupId.GetHashCode(StringComparison.Ordinal);

    /// <summary>Gets the key of a route's consumer.</summary>
    public static GroupConsumerKey Of(KafkaRoute route, KafkaConnection connection, string groupId) => new(
        connection.Key,
        groupId,
        string.Join(',', route.Topics),
        route.Options.AutoOffsetReset,
        DeliveryRules.Of(route.Options))
    {
        InstanceId = route.Options.ConsumerGroupInstanceId,
    };
}
