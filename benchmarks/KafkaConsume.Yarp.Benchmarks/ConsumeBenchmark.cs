using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Tailing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaConsume.Yarp.Benchmarks;

/// <summary>What it costs to read a record from Kafka in each of the ways that there are, without framing and with it.</summary>
internal sealed class ConsumeBenchmark : IRecordSink, IDisposable
{
    private const int Partitions = 4;
    private const string Topic = "kafka-consume-benchmark";

    private readonly string _servers;
    private readonly int _records;
    private readonly int _rounds;
    private readonly byte[] _copy = new byte[4096];
    private readonly TopicPartitionOffset[] _start = [.. Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(Topic, partition, 0))];
    private readonly PartitionMap _map = new([new TopicPartitions(Topic, Guid.Empty, Partitions)]);
    private TailLog? _log;
    private long _count;

    public ConsumeBenchmark(string servers, int records, int rounds)
    {
        (_servers, _records, _rounds) = (servers, records / Partitions * Partitions, rounds);
        Produce();
    }

    /// <summary>Measures the ways whose name has one of the texts in it; without texts, all of them.</summary>
    public IEnumerable<CpuMeasurement> Run(IReadOnlyCollection<string> only) => CpuMeasurement.Of(
        _rounds,
        [.. Ways().Where(way => only.Count == 0 || only.Any(text => way.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))]);

    bool IRecordSink.Take(in RecordView record)
    {
        _count++;
        if (_log is not null)
        {
            _log.Append(record.Partition, record);
            return true;
        }

        record.Key.CopyTo(_copy);
        record.Value.CopyTo(_copy);
        return true;
    }

    bool IRecordSink.TakeEnd(string topic, int partition, long next) => true;

    public void Dispose() => _log?.Dispose();

    private IEnumerable<(string Name, Func<long> Run)> Ways() =>
        [
            ("bare loop: rd_kafka_consume_batch_queue, copy, destroy", () => ReadBare(withMetadata: false)),
            ("bare loop with timestamp and headers", () => ReadBare(withMetadata: true)),
            ("library, fast", () => Read(isPortable: false)),
            ("library, portable", () => Read(isPortable: true)),
            ("Consumer<byte[], byte[]>", ReadArrays),
            .. Enum.GetValues<FramingKind>().Select(kind => ($"fast and framed by the library: {kind}", (Func<long>)(() => ReadFramed(kind)))),
        ];

    private ConsumerConfig Config()
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal) { ["bootstrap.servers"] = _servers };
        return ConsumerConfigFactory.ForBroadcast(new KafkaConnection("kafka", properties, "key"));
    }

    private long Read(bool isPortable)
    {
        var config = Config();
        config.ConsumeResultFields = "headers,timestamp";
        using var reader = RecordReaderFactory.Create(new ConsumerBuilder<Ignore, Ignore>(config), isPortable, Topic, NullLogger.Instance);
        if (isPortable == reader is NativeRecordReader)
        {
            throw new InvalidOperationException($"This is not what was to be measured: {reader}");
        }

        _count = 0;
        reader.Assign(_start);
        while (_count < _records)
        {
            if (reader.Wait(TimeSpan.FromMilliseconds(100)))
            {
                reader.Take(this);
                _log?.Publish();
            }
        }

        return _count;
    }

    private long ReadFramed(FramingKind kind)
    {
        var spec = new FramingSpec(kind, KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record);
        using var log = _log = new TailLog(_map, spec, new long[Partitions], TailMemory.Of(new KafkaTailOptions(), TimeProvider.System));
        try
        {
            return Read(isPortable: false);
        }
        finally
        {
            _log = null;
        }
    }

    private long ReadArrays()
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(Config()).Build();
        consumer.Assign(_start);
        var count = 0L;
        while (count < _records)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { Message: { } message })
            {
                message.Key.CopyTo(_copy, 0);
                message.Value.CopyTo(_copy, 0);
                count++;
            }
        }

        return count;
    }

    private long ReadBare(bool withMetadata)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(Config()).Build();
        using var queue = NativeQueue.TryOpen(consumer) ?? throw new InvalidOperationException("librdkafka cannot be called here.");
        var messages = new nint[1000];
        var headers = new RecordHeaders();
        consumer.Assign(_start);
        var count = 0L;
        while (count < _records)
        {
            var read = queue.Read(TimeSpan.Zero, messages);
            if (read == 0)
            {
                read = queue.Read(TimeSpan.FromMilliseconds(100), messages.AsSpan(0, 1));
            }

            foreach (var pointer in messages.AsSpan(0, read))
            {
                ref readonly var message = ref NativeMessage.At(pointer);
                if (message.Error is ErrorCode.NoError)
                {
                    message.Key.CopyTo(_copy);
                    message.Value.CopyTo(_copy);
                    if (withMetadata)
                    {
                        queue.Client.GetTimestamp(pointer, out _);
                        queue.Client.ReadHeaders(pointer, headers);
                    }

                    count++;
                }

                queue.Client.Destroy(pointer);
            }
        }

        return count;
    }

    private void Produce()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _servers }).Build();
        var known = admin.GetMetadata(TimeSpan.FromSeconds(30)).Topics.Exists(topic => topic.Topic == Topic);
        if (known)
        {
            return;
        }

        admin.CreateTopicsAsync([new TopicSpecification { Name = Topic, NumPartitions = Partitions, ReplicationFactor = 1 }]).GetAwaiter().GetResult();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = _servers,
            LingerMs = 20,
            QueueBufferingMaxMessages = 1_000_000,
        }).Build();
        var value = new byte[100];
        value.AsSpan().Fill((byte)'x');
        for (var index = 0; index < _records; index++)
        {
            var message = new Message<byte[], byte[]> { Key = "c-128"u8.ToArray(), Value = value };
            while (true)
            {
                try
                {
                    producer.Produce(new TopicPartition(Topic, index % Partitions), message);
                    break;
                }
                catch (ProduceException<byte[], byte[]> failure) when (failure.Error.Code is ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(100));
                }
            }
        }

        producer.Flush(TimeSpan.FromMinutes(2));
    }
}
