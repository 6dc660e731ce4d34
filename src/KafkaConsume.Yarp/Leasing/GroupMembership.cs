using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Which group a consumer joins, where, and for which topics.</summary>
internal sealed record GroupMembership(KafkaConnection Connection, string GroupId, IReadOnlyList<string> Topics);
