using System.Diagnostics.CodeAnalysis;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// Tells clients which replica has their records, since no other one hears their acknowledgements, and tells an acknowledgement that went to
/// the wrong replica from one that came too late.
/// </summary>
internal sealed class BatchOwner(ReplicaIdentity replica, KafkaConsumeOptions options)
{
    public const string HeaderName = "KafkaConsume-Owner";

    /// <summary>Names this replica in an answer, by a header and, where the gateway has one for it, by a cookie.</summary>
    public void Sign(HttpContext context)
    {
        context.Response.Headers[HeaderName] = replica.Name;
        if (options.OwnerCookie.Length > 0)
        {
            var path = context.Request.PathBase.Add(context.Request.Path);
            context.Response.Cookies.Append(options.OwnerCookie, replica.Name, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                Path = path.HasValue ? path.ToUriComponent() : "/",
            });
        }
    }

    /// <summary>Says why nothing is known here of what a client acknowledges, where this replica has no records at all.</summary>
    public KafkaProblem Unknown(AckMessage message, HttpRequest request) =>
        Place(message.Batch is null ? AckOutcome.NotOwner() : AckOutcome.Stale(), message.Batch, request);

    /// <summary>
    /// Decides between the two reasons for which a client's records are not there. A batch's own name knows best, then what the client says, and
    /// last its cookie, which names whoever has answered last.
    /// </summary>
    public KafkaProblem Place(KafkaProblem problem, string? batch, HttpRequest request)
    {
        if (problem.Type is not (AckOutcome.StaleType or AckOutcome.NotOwnerType))
        {
            return problem;
        }

        if (batch is not null && LeaseTable.IsForeign(batch, replica.Mark))
        {
            return AckOutcome.NotOwner();
        }

        if (request.Headers[HeaderName] is [{ Length: > 0 } header])
        {
            return header == replica.Name ? AckOutcome.Stale() : AckOutcome.NotOwner();
        }

        return IsNamedByCookie(request, out var name) && name != replica.Name ? AckOutcome.NotOwner() : problem;
    }

    private bool IsNamedByCookie(HttpRequest request, [NotNullWhen(true)] out string? name)
    {
        name = null;
        return options.OwnerCookie.Length > 0 && request.Cookies.TryGetValue(options.OwnerCookie, out name);
    }
}
