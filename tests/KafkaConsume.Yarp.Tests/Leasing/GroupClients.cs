using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

/// <summary>Kafka as the other side of a test sees it.</summary>
internal static class GroupClients
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static string[] Values(this RecordBatch batch) => [.. batch.Records.Select(record => Encoding.UTF8.GetString(record.Value!))];

    public static IEnumerable<string> Numbered(int first, int count) => Enumerable.Range(first, count).Select(number => $"v{number}");

    public static void Produce(this EmbeddedKafka kafka, string topic, int first, int count, int partitions = 1) =>
        Produce(kafka.BootstrapServers, topic, first, count, partitions);

    /// <summary>Produces <c>v{first}</c> and so on, to one partition after the other.</summary>
    public static void Produce(string bootstrapServers, string topic, int first, int count, int partitions = 1)
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = bootstrapServers, LingerMs = 1 })
            .SetLogHandler((_, _) => { })
            .Build();
        var failures = 0;
        for (var number = first; number < first + count; number++)
        {
            producer.Produce(
                new TopicPartition(topic, number % partitions),
                new Message<Null, string> { Value = $"v{number}" },
                report => failures += report.Error.IsError ? 1 : 0);
        }

        producer.Flush(Deadline).Should().Be(0);
        failures.Should().Be(0);
    }

    public static long[] Committed(this EmbeddedKafka kafka, string topic, int partitions = 1, string group = "group") =>
        Committed(kafka.BootstrapServers, topic, partitions, group);

    /// <summary>Gets the committed offset of each partition, -1 where there is none.</summary>
    public static long[] Committed(string bootstrapServers, string topic, int partitions, string group)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = group })
            .SetLogHandler((_, _) => { })
            .Build();
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var ids = Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition));
                var committed = consumer.Committed(ids, Deadline);
                return [.. committed.OrderBy(offset => offset.Partition.Value).Select(offset => offset.Offset.IsSpecial ? -1 : offset.Offset.Value)];
            }
            catch (KafkaException failure) when (CommitErrors.IsPassing(failure.Error.Code) && clock.Elapsed < Deadline)
            {
                // A broker that has just come back does not know yet that it looks after the group.
            }
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Deadline)
            {
                throw new TimeoutException($"Not within {Deadline}: {what}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
