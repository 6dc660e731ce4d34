using KafkaConsume.Yarp.Tests.History;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>A gateway in this process.</summary>
internal sealed class InProcessGateway(ChaosWorld world, string name, params (string, string)[] settings) : ChaosGateway
{
    private Gateway? _gateway;
    private int _lives;
    private (string, Uri)? _place;

    public override (string Name, Uri Address)? Place => _place;

    public override async Task StartAsync()
    {
        var life = $"{name}.{++_lives}";
        _gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = world.BootstrapServers,
            Routes =
            [
                Gateway.Route(
                    "chaos",
                    "/chaos",
                    world.Topic,
                    [
                        ("Mode", "auto"), ("AutoOffsetReset", "earliest"), ("CommitStrategy", "client-acks"), ("AckReplies", "true"),
                        ("ConsumerGroup.Mode", "manual"), ("ConsumerGroup.Id", world.Topic),
                        ("AckTimeout", world.AckTimeout.ToString("c")), .. settings,
                    ]),
            ],
            Services = services => services.AddSingleton<ILoggerProvider>(new HistoryLogger(world.Log, life)),
            Pipeline = application => application.Use((context, next) =>
            {
                if (context.Request.Headers["X-User"] is [{ } user])
                {
                    context.User = new(new System.Security.Claims.ClaimsIdentity([new("sub", user)], "test"));
                }

                return next(context);
            }),
        });
        _place = (life, _gateway.Address);
    }

    public override async Task StopAsync()
    {
        world.Log.Add(new HistoryEvent.Fault($"{_place} is stopped"));
        _place = null;
        if (_gateway is { } gateway)
        {
            _gateway = null;
            await gateway.StopAsync();
            await gateway.DisposeAsync();
        }
    }

    public override string ToString() => string.Join('\n', _gateway?.Logs.Entries.Where(entry => entry.Level > LogLevel.Information).Select(entry => entry.Text).TakeLast(30) ?? []);

    public override async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }
    }
}
