using Confluent.Kafka;

namespace Harness.Kafka;

/// <summary>The one partition of a topic.</summary>
internal sealed class KafkaTarget : IRecordTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IProducer<Null, byte[]> _single;
    private readonly IProducer<Null, byte[]> _batched;
    private readonly TopicPartition _partition;

    public KafkaTarget(string brokers, string topic)
    {
        _partition = new TopicPartition(topic, 0);
        _single = Build(brokers, lingerMs: 0, batch: 10_000);
        _batched = Build(brokers, lingerMs: 50, batch: 100);
    }

    public void Produce(int burst, int valueBytes)
    {
        var producer = burst == 1 ? _single : _batched;
        for (var index = 0; index < burst; index++)
        {
            producer.Produce(_partition, new Message<Null, byte[]> { Value = RecordValue.Now(valueBytes) });
        }
    }

    public void Flush()
    {
        _single.Flush(Patience);
        _batched.Flush(Patience);
    }

    public void Dispose()
    {
        _single.Dispose();
        _batched.Dispose();
    }

    private static IProducer<Null, byte[]> Build(string brokers, double lingerMs, int batch) =>
        new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = brokers,
            Acks = Acks.Leader,
            LingerMs = lingerMs,
            BatchNumMessages = batch,
        }).Build();
}
