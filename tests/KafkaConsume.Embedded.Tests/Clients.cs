using System.Diagnostics;
using Confluent.Kafka;

namespace KafkaConsume.Embedded.Tests;

/// <summary>Real Kafka clients of a cluster, quiet and quick to notice what happens.</summary>
internal static class Clients
{
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    internal static IProducer<string, string> CreateProducer(this EmbeddedKafka kafka, Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig { BootstrapServers = kafka.BootstrapServers, LingerMs = 0, ReconnectBackoffMaxMs = 200 };
        configure?.Invoke(config);
        return new ProducerBuilder<string, string>(config).SetLogHandler((_, _) => { }).Build();
    }

    internal static IConsumer<string, string> CreateConsumer(
        this EmbeddedKafka kafka, Action<ConsumerConfig>? configure = null, Action<ConsumerBuilder<string, string>>? build = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = "group",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            FetchWaitMaxMs = 10,
            FetchErrorBackoffMs = 10,
            TopicMetadataRefreshIntervalMs = 200,
            ReconnectBackoffMaxMs = 200,
        };
        configure?.Invoke(config);
        var builder = new ConsumerBuilder<string, string>(config).SetLogHandler((_, _) => { });
        build?.Invoke(builder);
        return builder.Build();
    }

    internal static IAdminClient CreateAdmin(this EmbeddedKafka kafka)
        => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).SetLogHandler((_, _) => { }).Build();

    internal static async Task ProduceAsync(this EmbeddedKafka kafka, string topic, params string[] values)
    {
        using var producer = kafka.CreateProducer();
        foreach (var value in values)
        {
            await producer.ProduceAsync(new TopicPartition(topic, 0), new Message<string, string> { Value = value });
        }
    }

    internal static IConsumer<string, string> CreateReader(
        this EmbeddedKafka kafka, string topic, long offset = 0, Action<ConsumerConfig>? configure = null)
    {
        var consumer = kafka.CreateConsumer(configure);
        consumer.Assign(new TopicPartitionOffset(topic, 0, offset));
        return consumer;
    }

    internal static ConsumeResult<string, string> Next(this IConsumer<string, string> consumer)
        => consumer.Consume(Deadline) ?? throw new TimeoutException("No record came.");

    internal static IReadOnlyList<string> Next(this IConsumer<string, string> consumer, int count)
        => [.. Enumerable.Range(0, count).Select(_ => consumer.Next().Message.Value)];

    /// <summary>Polls all consumers in turn until the condition holds.</summary>
    internal static void PumpUntil(Func<bool> condition, params IConsumer<string, string>[] consumers)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Deadline)
            {
                throw new TimeoutException("The condition did not come to hold.");
            }

            foreach (var consumer in consumers)
            {
                consumer.Consume(TimeSpan.FromMilliseconds(20));
            }
        }
    }
}
