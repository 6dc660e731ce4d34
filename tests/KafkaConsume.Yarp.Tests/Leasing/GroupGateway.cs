using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Tests.Leasing;

/// <summary>What a gateway has for group delivery, without HTTP before it.</summary>
internal sealed class GroupGateway : IAsyncDisposable
{
    private readonly ILoggerFactory _loggers;
    private readonly KafkaClusterCatalog _clusters;
    private readonly DeadLetterProducerCatalog _deadLetters;
    private readonly GatewayMetrics _metrics;
    private readonly KafkaConnection _connection;

    public GroupGateway(string bootstrapServers, KafkaConsumeOptions? options = null, params (string Name, string Value)[] properties)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = bootstrapServers,
            // The embedded cluster lets a member of the older protocol join much later when there has been another one.
            ["group.protocol"] = "consumer",
            ["fetch.wait.max.ms"] = "10",
            ["reconnect.backoff.max.ms"] = "200",
            ["topic.metadata.refresh.interval.ms"] = "500",
        };
        foreach (var (name, value) in properties)
        {
            all[name] = value;
        }

        _connection = new KafkaConnection("kafka", all, string.Join(';', all));
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Logs).SetMinimumLevel(LogLevel.Debug));
        var accessor = Options.Create(options ?? new KafkaConsumeOptions());
        _clusters = new KafkaClusterCatalog(accessor, _loggers);
        _deadLetters = new DeadLetterProducerCatalog(_loggers.CreateLogger<DeadLetterProducer>());
        _metrics = new GatewayMetrics(new TestMeters());
        Catalog = new GroupConsumerCatalog(
            _clusters, _deadLetters, _metrics, new ReplicaIdentity(accessor), accessor, TimeProvider.System, _loggers.CreateLogger<GroupConsumer>());
    }

    public LogCapture Logs { get; } = new();

    public GroupConsumerCatalog Catalog { get; }

    /// <summary>Creates a gateway that is quick to join and to be missed, whatever the protocol.</summary>
    public static GroupGateway Create(string bootstrapServers, string protocol, KafkaConsumeOptions? options = null) => protocol == "classic"
        ? new GroupGateway(bootstrapServers, options, ("group.protocol", protocol), ("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "200"))
        : new GroupGateway(bootstrapServers, options, ("group.protocol", protocol));

    public static KafkaRoute Route(
        string topics,
        KafkaAutoOffsetReset reset = KafkaAutoOffsetReset.Earliest,
        KafkaCommitStrategy commits = KafkaCommitStrategy.Auto,
        string group = "group",
        string id = "route") => new()
        {
            RouteId = id,
            Topics = topics.Split(','),
            GroupId = group,
            AllowSeek = false,
            Options = new KafkaRouteOptions { Topics = topics.Split(','), AutoOffsetReset = reset, CommitStrategy = commits },
        };

    public GroupLease Acquire(KafkaRoute route) => Catalog.Acquire(route, _connection, route.GroupId!);

    public async Task<RecordBatch> TakeAsync(KafkaRoute route, int maxRecords = 500, double seconds = 20)
    {
        using var lease = Acquire(route);
        return await lease.Consumer.TakeAsync(maxRecords, 1024 * 1024, TimeSpan.FromSeconds(seconds), null, TestContext.Current.CancellationToken);
    }

    /// <summary>Takes one batch of so many records, once there are that many.</summary>
    public async Task<RecordBatch> TakeExactlyAsync(KafkaRoute route, int count)
    {
        while (true)
        {
            var batch = await TakeAsync(route, count);
            if (batch.Records.Count == count)
            {
                return batch;
            }

            batch.Records.Should().NotBeEmpty();
            batch.Return();
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Takes and completes batches until there have been so many records.</summary>
    public async Task<List<string>> ReadAsync(KafkaRoute route, int count, int maxRecords = 500)
    {
        var values = new List<string>();
        while (values.Count < count)
        {
            var batch = await TakeAsync(route, Math.Min(maxRecords, count - values.Count));
            if (batch.Records.Count == 0)
            {
                throw new TimeoutException($"{values.Count} of {count} records came.\n{Logs}");
            }

            values.AddRange(batch.Values());
            batch.Complete();
        }

        return values;
    }

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        _deadLetters.Dispose();
        _clusters.Dispose();
        _metrics.Dispose();
        _loggers.Dispose();
    }
}
