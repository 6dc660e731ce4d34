using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace KafkaConsume.Yarp.Transports;

/// <summary>What holds for every answer, whatever middleware stands in front.</summary>
internal static class ResponseRules
{
    /// <summary>Keeps caches out: an output cache with a base policy stores a GET even when it says no-store.</summary>
    public static void NeverStore(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (context.Features.Get<IOutputCacheFeature>() is { } cache)
        {
            cache.Context.AllowCacheStorage = false;
        }
    }

    /// <summary>Answers that there is nothing more, of what the client asked for.</summary>
    public static void Empty(HttpContext context)
    {
        NeverStore(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Lifts the limits that are meant for answers that end.</summary>
    public static void PrepareStream(HttpContext context)
    {
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
