using System.Globalization;
using System.Text;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.History;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>The other side of Kafka in a run of chaos: who writes the records, and who reads the committed offsets.</summary>
internal static class ChaosKafka
{
    private const int Chunks = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan SampleTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Writes numbered records over some time, evenly, and notes those that Kafka has.</summary>
    public static async Task ProduceAsync(ChaosWorld world, int partitions, int records, TimeSpan duration)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = world.BootstrapServers,
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 5,
            ReconnectBackoffMaxMs = 200,
        }).SetLogHandler((_, _) => { }).Build();
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            var first = (int)((long)records * chunk / Chunks);
            var last = (int)((long)records * (chunk + 1) / Chunks);
            var sent = Enumerable.Range(first, last - first).Select(number => producer.ProduceAsync(
                new TopicPartition(world.Topic, number % partitions),
                new Message<Null, byte[]> { Value = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)) })).ToArray();
            var reports = await Task.WhenAll(sent).WaitAsync(Patience);
            world.Log.Add(new HistoryEvent.Produced(
                [.. reports.Select((report, index) => new HistoryRecord(report.TopicPartition, report.Offset.Value, first + index))]));
            await ChaosWorld.PauseAsync(duration / Chunks);
        }
    }

    /// <summary>Notes what is in the topic, and gives where its partitions end. The in-process cluster has some records twice when a broker was stopped.</summary>
    public static async Task<TopicPartitionOffset[]> ReadAsync(ChaosWorld world, int partitions)
    {
        var all = await TopicTraffic.ReadAllAsync(world.BootstrapServers, world.Topic, partitions);
        foreach (var (records, partition) in all.Select((records, partition) => (records, partition)))
        {
            world.Log.Add(new HistoryEvent.Produced([.. records.Select(record => new HistoryRecord(
                new TopicPartition(world.Topic, partition), record.Offset, long.Parse(record.Value!, CultureInfo.InvariantCulture)))]));
        }

        return [.. all.Select((records, partition) => new TopicPartitionOffset(world.Topic, partition, records[^1].Offset + 1))];
    }

    /// <summary>Notes the committed offsets again and again, on a thread of its own, until they are what they are to be in the end.</summary>
    public static Task SampleAsync(ChaosWorld world, int partitions, Func<long[], bool> isEnough) => Task.Factory.StartNew(
        () =>
        {
            using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
            {
                BootstrapServers = world.BootstrapServers,
                GroupId = world.Topic,
                ReconnectBackoffMaxMs = 200,
            }).SetLogHandler((_, _) => { }).Build();
            TopicPartition[] ids = [.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(world.Topic, partition))];
            var last = new long[partitions];
            Array.Fill(last, -1);
            while (!isEnough(last))
            {
                try
                {
                    foreach (var committed in consumer.Committed(ids, SampleTimeout).Where(offset => !offset.Offset.IsSpecial))
                    {
                        if (last[committed.Partition.Value] != committed.Offset.Value)
                        {
                            last[committed.Partition.Value] = committed.Offset.Value;
                            world.Log.Add(new HistoryEvent.Committed(committed.TopicPartition, committed.Offset.Value));
                        }
                    }
                }
                catch (KafkaException)
                {
                    // It is one of the faults. The next answer counts.
                }

                ChaosWorld.PauseAsync(20).Wait();
            }
        },
        TaskCreationOptions.LongRunning);
}
