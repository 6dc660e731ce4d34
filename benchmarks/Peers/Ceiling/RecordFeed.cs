using Confluent.Kafka;

namespace Peers.Ceiling;

/// <summary>One consumer on one thread that frames each record once for each ring, and publishes a batch at a time, as the library does.</summary>
internal sealed class RecordFeed(PeerOptions options, ByteRing events, ByteRing frames)
{
    private const int MaxBatch = 1000;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "feed" }.Start();

    private void Run()
    {
        var frame = new RecordFrame(options.Topic);
        var config = new ConsumerConfig(ConsumerSettings.Of(options)) { ConsumeResultFields = "timestamp" };
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(config).Build();
        consumer.Assign(new TopicPartitionOffset(options.Topic, 0, 0));
        while (true)
        {
            if (consumer.Consume(Timeout.Infinite) is not { } first)
            {
                continue;
            }

            var count = 0;
            for (var next = first; next is not null; next = ++count < MaxBatch ? consumer.Consume(0) : null)
            {
                var (offset, timestamp, value) = (next.Offset.Value, next.Message.Timestamp.UnixTimestampMs, next.Message.Value);
                events.Append(frame.Event(offset, timestamp, value));
                frames.Append(frame.Frame(offset, timestamp, value));
            }

            events.Publish();
            frames.Publish();
        }
    }
}
