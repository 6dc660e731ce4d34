using System.Runtime.CompilerServices;
using System.Security.Claims;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Which group a request reads with: the route's, or on a route with a group for each user, its user's.</summary>
internal sealed partial class UserGroups(ILogger logger)
{
    private readonly ConditionalWeakTable<KafkaRoute, object> _warned = [];

    /// <exception cref="KafkaProblemException">The request has no user, and the route requires one.</exception>
    public string Of(KafkaRoute route, HttpContext context)
    {
        var group = route.GroupId ?? throw new InvalidOperationException("The route has no group.");
        if (!route.HasUserGroups)
        {
            return group;
        }

        var user = context.User;
        var isKnown = user.Identity is { IsAuthenticated: true };
        if (isKnown && Find(route, user) is var (kind, name))
        {
            return ConsumerGroupName.ForUser(group, kind, name);
        }

        if (route.Options.ConsumerGroupRequireUser)
        {
            throw new KafkaProblemException(isKnown
                ? new KafkaProblem(StatusCodes.Status403Forbidden, "user-unknown", "The user has nothing by which this route could tell users apart.")
                : new KafkaProblem(StatusCodes.Status401Unauthorized, "login-required", "This route is for users who have logged in."));
        }

        if (_warned.TryAdd(route, route))
        {
            Log.NoUser(logger, route.RouteId);
        }

        return ConsumerGroupName.For(route.RouteId, route.Topics);
    }

    private static (string Kind, string Name)? Find(KafkaRoute route, ClaimsPrincipal user) => route.Options.ConsumerGroupUserClaim is { } claim
        ? Named("claim", user.FindFirst(claim)?.Value)
        : Named("name", user.Identity!.Name) ?? Named("id", (user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.NameIdentifier))?.Value);

    private static (string Kind, string Name)? Named(string kind, string? name) => string.IsNullOrEmpty(name) ? null : (kind, name);

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "Route {RouteId}: a request without a user reads with the group of all such requests; ConsumerGroup.RequireUser refuses them. This is said once",
            EventName = nameof(NoUser))]
        public static partial void NoUser(ILogger logger, string routeId);
    }
}
