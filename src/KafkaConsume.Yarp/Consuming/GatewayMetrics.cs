using System.Diagnostics.Metrics;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>What is counted. Tags come from the configuration alone, never from clients or records.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _slowClients;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(KafkaConsumeTelemetry.MeterName);
        _slowClients = _meter.CreateCounter<long>(
            "kafka_consume.slow_clients", "{client}", "Streaming clients that could not keep up, by what became of them.");
    }

    /// <summary>Counts a client that could not keep up.</summary>
    /// <param name="routeId">The route.</param>
    /// <param name="outcome"><c>catch-up</c>, <c>disconnect</c> or <c>write-timeout</c>.</param>
    public void SlowClient(string routeId, string outcome) =>
        _slowClients.Add(1, new KeyValuePair<string, object?>("kafka_consume.route", routeId), new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
