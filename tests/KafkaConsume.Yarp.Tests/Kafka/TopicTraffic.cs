using Confluent.Kafka;

namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>Writes to and reads from a topic with plain clients.</summary>
internal static class TopicTraffic
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Writes the values in order and returns when all in-sync replicas have them.</summary>
    public static async Task ProduceAsync(string bootstrapServers, string topic, params string[] values)
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 0,
            ReconnectBackoffMs = 20,
            ReconnectBackoffMaxMs = 200,
        }).SetLogHandler((_, _) => { }).Build();
        foreach (var value in values)
        {
            await producer.ProduceAsync(topic, new Message<Null, string> { Value = value }).WaitAsync(Patience, TimeProvider.System);
        }
    }

    /// <summary>Reads so many values from the beginning, as the member of a new group.</summary>
    public static Task<List<string>> ConsumeAsync(
        string bootstrapServers, string topic, int count, GroupProtocol protocol = GroupProtocol.Consumer) =>
        Task.Factory.StartNew(() => Consume(bootstrapServers, topic, count, protocol), TaskCreationOptions.LongRunning);

    /// <summary>The first offset that a partition still has, and the one after its last.</summary>
    public static (long Low, long High) Watermarks(string bootstrapServers, string topic, int partition = 0)
    {
        using var consumer = CreateConsumer(bootstrapServers, GroupProtocol.Consumer);
        var offsets = consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), Patience);
        return (offsets.Low.Value, offsets.High.Value);
    }

    /// <summary>Reads all records of a topic, each partition up to its end.</summary>
    /// <returns>The records of each partition by its number, in their order.</returns>
    public static Task<IReadOnlyList<IReadOnlyList<(long Offset, string? Value)>>> ReadAllAsync(string bootstrapServers, string topic, int partitions) =>
        Task.Factory.StartNew<IReadOnlyList<IReadOnlyList<(long Offset, string? Value)>>>(
            () => ReadAll(bootstrapServers, topic, partitions), TaskCreationOptions.LongRunning);

    private static List<(long Offset, string? Value)>[] ReadAll(string bootstrapServers, string topic, int partitions)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var consumer = CreateConsumer(bootstrapServers, GroupProtocol.Consumer);
        var records = Enumerable.Range(0, partitions).Select(_ => new List<(long Offset, string? Value)>()).ToArray();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        for (var open = partitions; open > 0;)
        {
            var result = consumer.Consume(patience.Token);
            if (result.IsPartitionEOF)
            {
                open--;
            }
            else
            {
                records[result.Partition.Value].Add((result.Offset.Value, result.Message.Value));
            }
        }

        return records;
    }

    private static List<string> Consume(string bootstrapServers, string topic, int count, GroupProtocol protocol)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var consumer = CreateConsumer(bootstrapServers, protocol);
        consumer.Subscribe(topic);
        var values = new List<string>();
        while (values.Count < count && !patience.IsCancellationRequested)
        {
            if (consumer.Consume(Poll) is { IsPartitionEOF: false } record)
            {
                values.Add(record.Message.Value);
            }
        }

        consumer.Close();
        return values;
    }

    private static IConsumer<Ignore, string> CreateConsumer(string bootstrapServers, GroupProtocol protocol) =>
        new ConsumerBuilder<Ignore, string>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = $"test-{Guid.NewGuid():N}",
            GroupProtocol = protocol,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            ReconnectBackoffMs = 20,
            ReconnectBackoffMaxMs = 200,
        }).SetLogHandler((_, _) => { }).Build();
}
