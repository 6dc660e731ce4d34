using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Routes as they are once their metadata has been read.</summary>
internal static class AckRoutes
{
    public static KafkaRoute Create(KafkaCommitStrategy strategy, bool replies = false, KafkaStreamFlow flow = default, params string[] topics) => new()
    {
        RouteId = "orders",
        Topics = topics is [] ? ["orders"] : topics,
        GroupId = "group",
        AllowSeek = true,
        Options = new KafkaRouteOptions { Topics = topics is [] ? ["orders"] : topics, CommitStrategy = strategy, AckReplies = replies, Flow = flow },
    };
}
