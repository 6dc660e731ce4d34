using System.Diagnostics.Metrics;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>What is counted. Tags come from the configuration alone, never from clients or records.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _slowClients;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _deadLettered;
    private readonly Counter<long> _deadLettersFailed;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(KafkaConsumeTelemetry.MeterName);
        _slowClients = _meter.CreateCounter<long>(
            "kafka_consume.slow_clients", "{client}", "Streaming clients that could not keep up, by what became of them.");
        _skipped = _meter.CreateCounter<long>(
            "kafka_consume.records.skipped", "{record}", "Records that a group passed over, since clients got them in vain too often.");
        _deadLettered = _meter.CreateCounter<long>(
            "kafka_consume.records.dead_lettered", "{record}", "Records that a group has written to its dead letter topic.");
        _deadLettersFailed = _meter.CreateCounter<long>(
            "kafka_consume.dead_letters.failed", "{attempt}", "Attempts to write a dead letter that failed, and are repeated.");
    }

    /// <summary>Counts a client that could not keep up.</summary>
    /// <param name="routeId">The route.</param>
    /// <param name="outcome"><c>catch-up</c>, <c>disconnect</c> or <c>write-timeout</c>.</param>
    public void SlowClient(string routeId, string outcome) =>
        _slowClients.Add(1, new KeyValuePair<string, object?>("kafka_consume.route", routeId), new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Counts a record that was passed over.</summary>
    public void Skipped(string group, string topic) => _skipped.Add(1, Group(group), Topic(topic));

    /// <summary>Counts a record that has become a dead letter.</summary>
    public void DeadLettered(string group, string topic) => _deadLettered.Add(1, Group(group), Topic(topic));

    /// <summary>Counts a dead letter that could not be written this time.</summary>
    public void DeadLetterFailed(string group, string topic, string error) =>
        _deadLettersFailed.Add(1, Group(group), Topic(topic), new KeyValuePair<string, object?>("error.type", error));

    private static KeyValuePair<string, object?> Group(string group) => new("messaging.consumer.group.name", group);

    private static KeyValuePair<string, object?> Topic(string topic) => new("messaging.destination.name", topic);

    public void Dispose() => _meter.Dispose();
}
