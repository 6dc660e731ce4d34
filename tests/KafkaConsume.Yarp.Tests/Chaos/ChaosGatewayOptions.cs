using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>What a gateway of a run of chaos is like, be it in this process or in one of its own.</summary>
internal sealed record ChaosGatewayOptions
{
    public const string Path = "/chaos";

    public required string BootstrapServers { get; init; }

    /// <summary>Gets the topic, whose name is the group's too.</summary>
    public required string Topic { get; init; }

    /// <summary>Gets the route's settings, beside those that all have.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];

    /// <summary>Gets the application's configuration, beside that of all tests.</summary>
    public Dictionary<string, string?> Configuration { get; init; } = [];

    /// <summary>Gets what is to be built.</summary>
    /// <param name="history">Where what happens to the group is noted.</param>
    /// <param name="level">What is logged otherwise.</param>
    public GatewayOptions ToGateway(ILoggerProvider history, LogLevel level) => new()
    {
        BootstrapServers = BootstrapServers,
        Configuration = Configuration,
        Routes =
        [
            Gateway.Route(
                "chaos",
                Path,
                Topic,
                [
                    ("Mode", "auto"), ("AutoOffsetReset", "earliest"), ("CommitStrategy", "client-acks"), ("AckReplies", "true"),
                    ("ConsumerGroup.Mode", "manual"), ("ConsumerGroup.Id", Topic), ("HeartbeatInterval", "00:00:01"),
                    .. Settings.Select(setting => (setting.Key, setting.Value)),
                ]),
        ],
        Services = services => services.AddSingleton(history).Configure<LoggerFilterOptions>(logging => logging.MinLevel = level),
        Pipeline = application => application.Use((context, next) =>
        {
            if (context.Request.Headers["X-User"] is [{ } user])
            {
                context.User = new(new System.Security.Claims.ClaimsIdentity([new("sub", user)], "test"));
            }

            return next(context);
        }),
    };
}
