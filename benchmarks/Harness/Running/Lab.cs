using Harness.Kafka;

namespace Harness.Running;

/// <summary>What all steps share: the clusters, each started when somebody needs it.</summary>
internal sealed class Lab(BenchOptions options) : IDisposable
{
    private KafkaControl? _embedded;
    private RealBroker? _real;

    public BenchOptions Options => options;

    public KafkaControl Embedded => _embedded ??= new KafkaControl(options.OtherCores);

    /// <summary>Gets Apache Kafka.</summary>
    /// <exception cref="UnavailableException">There is none.</exception>
    public RealBroker Real => _real ??= RealBroker.Start(options);

    /// <summary>Ends the clusters; the next who needs one gets a new one.</summary>
    public void Reset()
    {
        var (embedded, real) = (_embedded, _real);
        (_embedded, _real) = (null, null);
        embedded?.Dispose();
        real?.Dispose();
    }

    public void Dispose() => Reset();
}
