using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>Changes topics, and returns only when the cluster has done what it promised.</summary>
internal sealed class KafkaAdmin(string bootstrapServers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    public async Task CreateTopicAsync(string name, int partitions = 1, IReadOnlyDictionary<string, string>? configs = null)
    {
        using var client = CreateClient();
        var topic = new TopicSpecification
        {
            Name = name,
            NumPartitions = partitions,
            ReplicationFactor = -1, // The broker's own default.
            Configs = configs?.ToDictionary(StringComparer.Ordinal),
        };
        await client.CreateTopicsAsync([topic]);
        await UntilReadyAsync(client, name, partitions);
    }

    /// <summary>Gives a topic more partitions, and returns when all of them have a leader.</summary>
    public async Task AddPartitionsAsync(string topic, int partitions)
    {
        using var client = CreateClient();
        await client.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = partitions }]);
        await UntilReadyAsync(client, topic, partitions);
    }

    public async Task DeleteTopicAsync(string name)
    {
        using var client = CreateClient();
        await client.DeleteTopicsAsync([name]);
        await UntilAsync(async () => await DescribeAsync(client, name) is null, $"the end of {name}");
    }

    public async Task DeleteRecordsAsync(string topic, int partition, long beforeOffset)
    {
        using var client = CreateClient();
        await client.DeleteRecordsAsync([new TopicPartitionOffset(topic, partition, beforeOffset)]);
    }

    /// <summary>Returns when the cluster lists these brokers, all of them alive.</summary>
    public async Task WaitForBrokersAsync(IReadOnlyCollection<int> nodeIds, CancellationToken cancellationToken)
    {
        using var client = CreateClient();
        await UntilAsync(
            async () =>
            {
                try
                {
                    var cluster = await client.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = RequestTimeout });
                    return nodeIds.All(id => cluster.Nodes.Exists(node => node.Id == id));
                }
                catch (KafkaException)
                {
                    return false;
                }
            },
            $"brokers {string.Join(", ", nodeIds)}",
            cancellationToken);
    }

    private static Task UntilReadyAsync(IAdminClient client, string topic, int partitions) => UntilAsync(
        async () => await DescribeAsync(client, topic) is { } found
            && found.Partitions.Count == partitions
            && found.Partitions.TrueForAll(partition => partition.Leader is { Id: >= 0 }),
        $"leaders of {topic}");

    private static async Task<TopicDescription?> DescribeAsync(IAdminClient client, string topic)
    {
        try
        {
            var found = await client.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]));
            return found.TopicDescriptions[0];
        }
        catch (DescribeTopicsException unknown) when (
            unknown.Results.TopicDescriptions[0].Error.Code == ErrorCode.UnknownTopicOrPart)
        {
            return null;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken = default)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await condition())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited {Patience} for {what}.");
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    // A broker that starts or is away makes this client talk to stderr; what matters comes back as an error.
    private IAdminClient CreateClient() =>
        new AdminClientBuilder(new AdminClientConfig
        {
            BootstrapServers = bootstrapServers,
            ReconnectBackoffMs = 20,
            ReconnectBackoffMaxMs = 200,
        }).SetLogHandler((_, _) => { }).Build();
}
