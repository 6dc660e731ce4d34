using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace KafkaConsume.Yarp.Tests;

/// <summary>What has been counted by the meters of one factory.</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly ConcurrentQueue<(string Name, long Value, Dictionary<string, string?> Tags)> _counted = new();
    private readonly MeterListener _listener = new();

    public MeterReadings(IMeterFactory factory)
    {
        // Other tests have meters of the same name.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter is { Name: KafkaConsumeTelemetry.MeterName } meter && ReferenceEquals(meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _counted.Enqueue(
            (instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => (string?)tag.Value, StringComparer.Ordinal))));
        _listener.Start();
    }

    /// <summary>Gets the sum of a counter over what has these tags.</summary>
    public long Sum(string name, params (string Name, string Value)[] tags) => _counted
        .Where(reading => reading.Name == name && tags.All(tag => reading.Tags.GetValueOrDefault(tag.Name) == tag.Value))
        .Sum(reading => reading.Value);

    public void Dispose() => _listener.Dispose();
}
