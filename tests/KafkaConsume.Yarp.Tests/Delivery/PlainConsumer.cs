using Confluent.Kafka;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>A consumer without a gateway: what it suffers, a gateway may suffer too.</summary>
internal sealed class PlainConsumer : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly IConsumer<Ignore, byte[]?> _consumer;
    private readonly Task _reading;
    private volatile bool _isStopping;
    private int _count;
    private long _lastRecord;

    private PlainConsumer(string bootstrapServers, string topic, int partitions)
    {
        _consumer = new ConsumerBuilder<Ignore, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "plain",
            EnableAutoCommit = false,
            ReconnectBackoffMs = 50,
            ReconnectBackoffMaxMs = 2000,
        }).SetLogHandler((_, _) => { }).Build();
        _consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        _reading = Task.Factory.StartNew(Read, TaskCreationOptions.LongRunning);
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Gets when the last record came, as a timestamp of <see cref="TimeProvider.System"/>.</summary>
    public long LastRecord => Volatile.Read(ref _lastRecord);

    public static PlainConsumer Start(string bootstrapServers, string topic, int partitions) => new(bootstrapServers, topic, partitions);

    public void Dispose()
    {
        _isStopping = true;
        _reading.Wait(Pipeline.Eventually.Patience);
        _consumer.Dispose();
    }

    private void Read()
    {
        while (!_isStopping)
        {
            try
            {
                if (_consumer.Consume(Poll) is not null)
                {
                    Volatile.Write(ref _lastRecord, TimeProvider.System.GetTimestamp());
                    Interlocked.Increment(ref _count);
                }
            }
            catch (ConsumeException failure) when (!failure.Error.IsFatal)
            {
                // It goes on by itself.
            }
        }
    }
}
