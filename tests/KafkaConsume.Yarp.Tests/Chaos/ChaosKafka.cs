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
    public static async Task ProduceAsync(ChaosWorld world, ChaosPlan plan)
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
            var first = (int)((long)plan.Records * chunk / Chunks);
            var last = (int)((long)plan.Records * (chunk + 1) / Chunks);
            var sent = Enumerable.Range(first, last - first).Select(number => producer.ProduceAsync(
                world.Partitions[number % world.Partitions.Count],
                new Message<Null, byte[]> { Value = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)) })).ToArray();
            var reports = await Task.WhenAll(sent).WaitAsync(Patience);
            world.Log.Add(new HistoryEvent.Produced(
                [.. reports.Select((report, index) => new HistoryRecord(world.Partitions[report.Partition.Value], report.Offset.Value, first + index))]));
            await ChaosWorld.PauseAsync(plan.Storm / Chunks);
        }
    }

    /// <summary>Notes what is in the topic, and gives where its partitions end. The in-process cluster has some records twice when a broker was stopped.</summary>
    public static async Task<TopicPartitionOffset[]> ReadAsync(ChaosWorld world)
    {
        var all = await TopicTraffic.ReadAllAsync(world.BootstrapServers, world.Topic, world.Partitions.Count);
        foreach (var (records, partition) in all.Select((records, partition) => (records, partition)))
        {
            world.Log.Add(new HistoryEvent.Produced([.. records.Select(record => new HistoryRecord(
                world.Partitions[partition], record.Offset, long.Parse(record.Value!, CultureInfo.InvariantCulture)))]));
        }

        return [.. all.Select((records, partition) => new TopicPartitionOffset(world.Partitions[partition], records.Count == 0 ? 0 : records[^1].Offset + 1))];
    }

    /// <summary>Notes the dead letters, if the run has a topic for them.</summary>
    public static Task ReadDeadLettersAsync(ChaosWorld world) => world.DeadLetterTopic is not { } topic ? Task.CompletedTask : Task.Factory.StartNew(
        () =>
        {
            using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
            {
                BootstrapServers = world.BootstrapServers,
                GroupId = topic,
                EnableAutoCommit = false,
                EnablePartitionEof = true,
            }).SetLogHandler((_, _) => { }).Build();
            using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
            consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
            var letters = new List<HistoryRecord>();
            while (consumer.Consume(patience.Token) is { IsPartitionEOF: false } letter)
            {
                letters.Add(new HistoryRecord(
                    new TopicPartition(Header(letter, "topic"), int.Parse(Header(letter, "partition"), CultureInfo.InvariantCulture)),
                    long.Parse(Header(letter, "offset"), CultureInfo.InvariantCulture),
                    long.Parse(Encoding.ASCII.GetString(letter.Message.Value), CultureInfo.InvariantCulture),
                    int.Parse(Header(letter, "attempts"), CultureInfo.InvariantCulture)));
            }

            world.Log.Add(new HistoryEvent.DeadLetters([.. letters]));
        },
        TaskCreationOptions.LongRunning);

    /// <summary>Notes the committed offsets again and again, on a thread of its own, until they are what they are to be in the end.</summary>
    public static Task SampleAsync(ChaosWorld world, Func<long[], bool> isEnough) => Task.Factory.StartNew(
        () =>
        {
            using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
            {
                BootstrapServers = world.BootstrapServers,
                GroupId = world.Topic,
                ReconnectBackoffMaxMs = 200,
            }).SetLogHandler((_, _) => { }).Build();
            var last = new long[world.Partitions.Count];
            Array.Fill(last, -1);
            while (!isEnough(last))
            {
                try
                {
                    foreach (var committed in consumer.Committed(world.Partitions, SampleTimeout).Where(offset => !offset.Offset.IsSpecial))
                    {
                        if (last[committed.Partition.Value] != committed.Offset.Value)
                        {
                            last[committed.Partition.Value] = committed.Offset.Value;
                            world.Log.Add(new HistoryEvent.Committed(world.Partitions[committed.Partition.Value], committed.Offset.Value));
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

    private static string Header(ConsumeResult<Ignore, byte[]> letter, string name) =>
        Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("kafka_consume.dlq." + name));
}
