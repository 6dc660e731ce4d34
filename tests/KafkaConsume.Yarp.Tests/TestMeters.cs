using System.Diagnostics.Metrics;

namespace KafkaConsume.Yarp.Tests;

/// <summary>Makes meters that nobody else listens to.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        // A listener tells these from those of another test by their scope.
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());
}
