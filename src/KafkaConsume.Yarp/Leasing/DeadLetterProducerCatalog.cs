using System.Collections.Concurrent;
using KafkaConsume.Yarp.Configuration;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Who writes dead letters, one for each distinct connection.</summary>
internal sealed class DeadLetterProducerCatalog(ILogger<DeadLetterProducer> logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, DeadLetterProducer> _producers = new(StringComparer.Ordinal);

    public DeadLetterProducer Get(KafkaConnection connection) =>
        _producers.GetOrAdd(connection.Key, static (_, made) => new DeadLetterProducer(made.connection, made.logger), (connection, logger));

    public void Dispose()
    {
        foreach (var producer in _producers.Values)
        {
            producer.Dispose();
        }
    }
}
