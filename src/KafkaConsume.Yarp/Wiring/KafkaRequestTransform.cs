using KafkaConsume.Yarp.Transports;
using Yarp.ReverseProxy.Transforms;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>Answers a request from Kafka in place of YARP forwarding it.</summary>
internal sealed class KafkaRequestTransform(KafkaRouteEndpoint endpoint) : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context) => new(endpoint.HandleAsync(context.HttpContext));
}
