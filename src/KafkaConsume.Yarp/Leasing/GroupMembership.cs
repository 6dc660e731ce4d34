using System.Security.Cryptography;
using System.Text;
using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Which group a consumer joins, where, for which topics, and under which name.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="GroupId">Kafka's <c>group.id</c>.</param>
/// <param name="Topics">The topics.</param>
/// <param name="InstanceId">Kafka's <c>group.instance.id</c>, or null for a member without a name.</param>
internal sealed record GroupMembership(KafkaConnection Connection, string GroupId, IReadOnlyList<string> Topics, string? InstanceId = null)
{
    /// <summary>Gets the group as it is counted: as the configuration has it, whoever its users are.</summary>
    public string CountedAs { get; init; } = GroupId;

    /// <summary>Gets the membership of a consumer.</summary>
    public static GroupMembership Of(GroupConsumerKey key, KafkaConnection connection, KafkaRoute route) =>
        new(connection, key.GroupId, route.Topics, key.InstanceId is { } name ? $"{name}-{Suffix(key, connection)}" : null)
        {
            CountedAs = route.GroupId ?? key.GroupId,
        };

    // A gateway may have several consumers in a group, and two of one name would shut each other out. The connection's key is another one after
    // each start, and so is of no use here.
    private static string Suffix(GroupConsumerKey key, KafkaConnection connection)
    {
        var text = $"{connection.Name}\n{key.Topics}\n{key.Reset}\n{key.Rules}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
    }
}
