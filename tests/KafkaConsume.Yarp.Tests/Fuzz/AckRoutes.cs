using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Transports;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Routes as they are once their metadata has been read, and the replica that has them.</summary>
internal static class AckRoutes
{
    private static readonly KafkaConsumeOptions Options = new() { InstanceName = "gateway-1", OwnerCookie = "owner" };

    public static BatchOwner CreateOwner() => new(new ReplicaIdentity(Microsoft.Extensions.Options.Options.Create(Options)), Options);

    public static KafkaRoute Create(KafkaCommitStrategy strategy, bool replies = false, KafkaStreamFlow flow = default, params string[] topics) => new()
    {
        RouteId = "orders",
        Topics = topics is [] ? ["orders"] : topics,
        GroupId = "group",
        AllowSeek = true,
        Options = new KafkaRouteOptions { Topics = topics is [] ? ["orders"] : topics, CommitStrategy = strategy, AckReplies = replies, Flow = flow },
    };
}
