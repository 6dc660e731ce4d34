using System.Buffers.Binary;
using System.Text;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Reads every commit that Kafka has ever taken, in order, from the topic in which it keeps them. Nothing slips between two samples.</summary>
internal static class CommitsTopic
{
    private const string Name = "__consumer_offsets";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Notes the commits of the group, on a thread of its own, until they are what they are to be in the end.</summary>
    public static Task WatchAsync(ChaosWorld world, Func<long[], bool> isEnough) => Task.Factory.StartNew(
        () =>
        {
            using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
            {
                BootstrapServers = world.BootstrapServers,
                GroupId = "commits",
                EnableAutoCommit = false,
                AutoOffsetReset = AutoOffsetReset.Error,
                ReconnectBackoffMaxMs = 200,
            }).SetLogHandler((_, _) => { }).Build();

            // These clusters keep it in one partition.
            consumer.Assign(new TopicPartitionOffset(Name, 0, Offset.Beginning));
            var last = new long[world.Partitions.Count];
            Array.Fill(last, -1);
            while (!isEnough(last))
            {
                try
                {
                    if (consumer.Consume(Poll)?.Message is { Value: { } value, Key: { } key } && TryRead(key, value, world, out var partition, out var offset))
                    {
                        last[partition] = offset;
                        world.Log.Add(new HistoryEvent.Committed(world.Partitions[partition], offset));
                    }
                }
                catch (ConsumeException)
                {
                    // A broker is away. It goes on where it was.
                }
            }
        },
        TaskCreationOptions.LongRunning);

    /// <summary>Reads a commit of the run's group; other groups and other kinds of entries are passed over.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ChaosWorld world, out int partition, out long offset)
    {
        (partition, offset) = (0, 0);
        if (BinaryPrimitives.ReadInt16BigEndian(key) > 1)
        {
            return false;
        }

        key = key[2..];
        if (ReadText(ref key) != world.Topic || ReadText(ref key) != world.Topic)
        {
            return false;
        }

        partition = BinaryPrimitives.ReadInt32BigEndian(key);
        offset = BinaryPrimitives.ReadInt64BigEndian(value[2..]);
        return true;
    }

    private static string ReadText(ref ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadInt16BigEndian(bytes);
        var text = Encoding.UTF8.GetString(bytes.Slice(2, length));
        bytes = bytes[(2 + length)..];
        return text;
    }
}
