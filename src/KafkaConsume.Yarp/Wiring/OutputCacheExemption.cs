using KafkaConsume.Yarp.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Yarp.ReverseProxy.Model;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>
/// Keeps Kafka routes out of an output cache with a base policy. That nothing may be stored can be said later; that a second request for the
/// same address must not wait for the first one's answer, which for a stream never ends, has to be said before.
/// </summary>
internal sealed class OutputCacheExemption : IOutputCachePolicy
{
    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        if (RouteMetadata.IsKafkaRoute(context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata))
        {
            context.EnableOutputCaching = false;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;
}
