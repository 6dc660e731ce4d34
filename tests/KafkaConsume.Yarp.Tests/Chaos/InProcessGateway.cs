using KafkaConsume.Yarp.Tests.History;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>A gateway in this process.</summary>
internal sealed class InProcessGateway(ChaosWorld world, string name, ChaosGatewayOptions options) : ChaosGateway
{
    private Gateway? _gateway;
    private int _lives;
    private (string, Uri)? _place;

    public override (string Name, Uri Address)? Place => _place;

    public override async Task StartAsync()
    {
        var life = $"{name}.{++_lives}";
        _gateway = await Gateway.StartAsync(options.ToGateway(new HistoryLogger(world.Log.Add, life), LogLevel.Debug));
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
