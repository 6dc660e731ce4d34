using Microsoft.AspNetCore.Builder;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Counts the requests that a gateway has not ended yet.</summary>
internal sealed class OpenRequests
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts the requests of a gateway: its <see cref="GatewayOptions.Pipeline"/>.</summary>
    public void Watch(WebApplication application) => application.Use(async (_, next) =>
    {
        Interlocked.Increment(ref _count);
        try
        {
            await next();
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    });
}
