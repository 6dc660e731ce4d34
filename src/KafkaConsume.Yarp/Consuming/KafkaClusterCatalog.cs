using System.Collections.Concurrent;
using KafkaConsume.Yarp.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>The clusters that routes read from, one for each distinct connection.</summary>
internal sealed class KafkaClusterCatalog(IOptions<KafkaConsumeOptions> options, ILoggerFactory loggers) : IDisposable
{
    private readonly ConcurrentDictionary<string, KafkaCluster> _clusters = new(StringComparer.Ordinal);

    public KafkaCluster Get(KafkaConnection connection) => _clusters.GetOrAdd(
        connection.Key,
        static (_, made) => new KafkaCluster(made.connection, made.timeout, made.logger),
        (connection, timeout: options.Value.KafkaTimeout, logger: loggers.CreateLogger<KafkaCluster>()));

    public void Dispose()
    {
        foreach (var cluster in _clusters.Values)
        {
            cluster.Dispose();
        }
    }
}
