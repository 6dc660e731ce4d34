using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tailing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Transports;

/// <summary>What all transports need from the application.</summary>
internal sealed record TransportServices(
    ConnectionCatalog Connections,
    TailCatalog Tails,
    GroupConsumerCatalog Groups,
    StreamSweeper Sweeper,
    GatewayMetrics Metrics,
    ReplicaIdentity Replica,
    IOptions<KafkaConsumeOptions> OptionsAccessor,
    IHostApplicationLifetime Application,
    TimeProvider Time,
    ILoggerFactory Loggers)
{
    public KafkaConsumeOptions Options => OptionsAccessor.Value;

    public UserGroups UserGroups { get; } = new(Loggers.CreateLogger<UserGroups>());

    public BatchOwner Owner { get; } = new(Replica, OptionsAccessor.Value);
}
