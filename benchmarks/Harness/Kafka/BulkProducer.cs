using Confluent.Kafka;

namespace Harness.Kafka;

/// <summary>Produces many records in a transaction: readers get nothing until it is committed, and then have all of them before them.</summary>
internal sealed class BulkProducer : IDisposable
{
    private const int AtOnce = 50_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IProducer<Null, byte[]> _producer;

    public BulkProducer(string brokers)
    {
        _producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = brokers,
            TransactionalId = $"bench-{Environment.ProcessId}",
            TransactionTimeoutMs = 300_000,
            LingerMs = 50,
            BatchNumMessages = 5000,
            BatchSize = 500_000,
        }).Build();
        _producer.InitTransactions(Patience);
    }

    public long Produce(string topic, int count, int valueBytes)
    {
        _producer.BeginTransaction();
        var partition = new TopicPartition(topic, 0);
        for (var produced = 1; produced <= count; produced++)
        {
            _producer.Produce(partition, new Message<Null, byte[]> { Value = RecordValue.Now(valueBytes) });
            if (produced % AtOnce == 0)
            {
                _producer.Flush(Patience);
            }
        }

        _producer.Flush(Patience);
        return count;
    }

    public void Commit() => _producer.CommitTransaction(Patience);

    public void Dispose() => _producer.Dispose();
}
