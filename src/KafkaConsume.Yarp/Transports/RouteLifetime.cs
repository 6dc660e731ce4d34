using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Transports;

/// <summary>How long the streams of one version of a route may live: until a reload changes or removes it.</summary>
internal sealed class RouteLifetime(KafkaRoute route) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    public KafkaRoute Route { get; } = route;

    public CancellationToken Ended => _ended.Token;

    /// <summary>Ends the streams. The source stays: streams may still look at it after the route has gone.</summary>
    public void Dispose() => _ended.Cancel();
}
