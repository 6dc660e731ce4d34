using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Transports;

/// <summary>The first frame of a WebSocket: what the client may expect, and what is expected of it.</summary>
internal static class HelloFrame
{
    public static JsonObject Of(KafkaRoute route, string session)
    {
        var hello = new JsonObject
        {
            ["type"] = "hello",
            ["delivery"] = route.GroupId is null ? "broadcast" : "group",
            ["session"] = session,
        };
        if (route.GroupId is not null && DeliveryRules.Of(route.Options) is { IsLeasing: true } rules)
        {
            hello["ackTimeout"] = rules.AckTimeout.TotalSeconds;
            hello["maxInFlight"] = rules.ClientMaxInFlight;
        }

        return hello;
    }
}
