using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Who a request comes from, as far as it matters for whose records are whose.</summary>
internal static class CallerIdentity
{
    /// <summary>Gets what is the same in all requests of a user and in no other's; null for everybody who has not logged in.</summary>
    public static string? Of(HttpContext context)
    {
        var user = context.User;
        if (user.Identity is not { IsAuthenticated: true })
        {
            return null;
        }

        // Names that people read need not be unique, so they come last.
        return (user.FindFirst(ClaimTypes.NameIdentifier) ?? user.FindFirst("sub")) is { } id ? $"id:{id.Issuer}:{id.Value}" : $"name:{user.Identity.Name}";
    }
}
