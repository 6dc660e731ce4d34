using System.Text;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A topic of one test's own, and a producer for it.</summary>
internal sealed class Topic : IDisposable
{
    private readonly IProducer<byte[]?, byte[]?> _producer;

    private Topic(ITestKafka kafka, string name, int partitions, CompressionType compression)
    {
        Partitions = partitions;
        Kafka = kafka;
        Name = name;
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            LingerMs = 0,
            Acks = Acks.All,
            CompressionType = compression,
            MessageMaxBytes = 4 * 1024 * 1024,
            ReconnectBackoffMs = 20,
            ReconnectBackoffMaxMs = 200,
        }).SetLogHandler((_, _) => { }).Build();
    }

    public ITestKafka Kafka { get; }

    public string Name { get; }

    public int Partitions { get; }

    public static async Task<Topic> CreateAsync(ITestKafka kafka, int partitions = 1, CompressionType compression = CompressionType.None)
    {
        var name = $"topic-{Guid.NewGuid():N}";
        await kafka.CreateTopicAsync(name, partitions);
        return new Topic(kafka, name, partitions, compression);
    }

    /// <summary>Opens a topic that is there, with a producer that has not looked at it before.</summary>
    public static Topic Open(ITestKafka kafka, string name) => new(kafka, name, 1, CompressionType.None);

    /// <summary>Produces text values into one partition and returns when Kafka has them.</summary>
    public async Task ProduceAsync(int partition, params string[] values)
    {
        foreach (var value in values)
        {
            await ProduceAsync(new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(value) }, partition);
        }
    }

    /// <summary>Produces numbered values 'v0', 'v1', … into one partition, many at a time.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="first">The first number.</param>
    /// <param name="count">How many.</param>
    /// <param name="padding">How many characters go before the number's 'v', to make records large.</param>
    public async Task ProduceManyAsync(int partition, int first, int count, int padding = 0) => await Task.WhenAll(
        Enumerable.Range(first, count).Select(number => ProduceAsync(
            new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes($"{new string('.', padding)}v{number}") }, partition)));

    public Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(Message<byte[]?, byte[]?> message, int partition = 0) =>
        _producer.ProduceAsync(new TopicPartition(Name, partition), message).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

    public void Dispose() => _producer.Dispose();
}
