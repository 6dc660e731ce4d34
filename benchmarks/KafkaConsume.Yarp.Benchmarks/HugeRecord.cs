using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Tailing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaConsume.Yarp.Benchmarks;

/// <summary>What a record of zeros, which are a thousandth of their size as long as they are compressed, does to the memory of the process that meets it.</summary>
internal sealed class HugeRecord : IRecordSink
{
    private static readonly TailMemory TailRoom = TailMemory.Of(new KafkaTailOptions(), TimeProvider.System);

    private readonly TailLog[] _logs;
    private long _next;

    private HugeRecord(PartitionMap map) => _logs =
    [
        .. Enum.GetValues<FramingKind>().Select(kind =>
            new TailLog(map, new FramingSpec(kind, KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record), [0], TailRoom)),
    ];

    /// <summary>Produces the record between two small ones, reads all three, frames them in each way, and says what the process took.</summary>
    public static string Run(string servers, bool isPortable, int size)
    {
        var topic = $"kafka-consume-huge-{Guid.NewGuid():N}";
        Produce(servers, topic, [10, size, 10]);
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ResetPeak();
        var before = Memory("VmRSS");
        var properties = new Dictionary<string, string>(StringComparer.Ordinal) { ["bootstrap.servers"] = servers };
        var config = ConsumerConfigFactory.ForBroadcast(new KafkaConnection("kafka", properties, "key"));
        var sink = new HugeRecord(new PartitionMap([new TopicPartitions(topic, Guid.Empty, 1)]));
        using (var reader = RecordReaderFactory.Create(new ConsumerBuilder<Ignore, Ignore>(config), isPortable, "", NullLogger.Instance))
        {
            reader.Assign([new TopicPartitionOffset(topic, 0, 0)]);
            while (sink._next < 3)
            {
                if (reader.Wait(TimeSpan.FromMilliseconds(100)))
                {
                    reader.Take(sink);
                }
            }

            var (peak, after) = (Memory("VmHWM"), Memory("VmRSS"));
            return $"{before} MB before, {peak} MB at the peak, {after} MB with the consumer still there";
        }
    }

    bool IRecordSink.Take(in RecordView record)
    {
        _next = record.Offset + 1;
        foreach (var log in _logs)
        {
            log.Append(0, record);
            log.Publish();
        }

        return true;
    }

    bool IRecordSink.TakeEnd(string topic, int partition, long next) => true;

    private static void Produce(string servers, string topic, int[] sizes)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }]).GetAwaiter().GetResult();
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = servers,
            CompressionType = CompressionType.Gzip,
            MessageMaxBytes = 1_000_000_000,
        }).Build();
        foreach (var size in sizes)
        {
            producer.ProduceAsync(topic, new Message<Null, byte[]> { Value = new byte[size] }).GetAwaiter().GetResult();
        }
    }

    private static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long Memory(string name) => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture) / 1024;
}
