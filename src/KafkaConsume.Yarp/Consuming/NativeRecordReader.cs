using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>
/// Reads batches from librdkafka and hands records on from its own memory: nothing is allocated for a record. Confluent.Kafka's consumer
/// keeps all else: its configuration, its assignment, its handlers.
/// </summary>
internal sealed class NativeRecordReader(IConsumer<Ignore, Ignore> consumer, NativeQueue queue, bool isForGroup, ILogger logger)
    : RecordReader(consumer, isForGroup, logger)
{
    private const int FirstBatch = 64;

    private readonly nint[] _messages = new nint[MaxRecords];
    private readonly RecordHeaders _headers = new();
    private (byte[] NameUtf8, string Name)[] _topics = [];
    private nint _topic;
    private string _topicName = "";
    private int _next;
    private int _count;
    private int _batch = FirstBatch;

    public override void Subscribe(IReadOnlyCollection<string> topics)
    {
        Begin(topics);
        Consumer.Subscribe(topics);
    }

    public override void Assign(IReadOnlyCollection<TopicPartitionOffset> positions)
    {
        Begin(positions.Select(position => position.Topic).Distinct(StringComparer.Ordinal));
        Consumer.Assign(positions);
    }

    public override bool Wait(TimeSpan timeout)
    {
        CheckThread();
        if (_next < _count)
        {
            return true;
        }

        // A topic's address may be another topic's once no message holds it any more.
        _topic = 0;
        _next = 0;
        _count = 0;
        _count = queue.Read(TimeSpan.Zero, _messages.AsSpan(0, _batch));
        if (_count == 0 && timeout > TimeSpan.Zero)
        {
            // librdkafka waits until it has as many as it is asked for, so it is asked for the first, and then for what came with it.
            _count = queue.Read(timeout, _messages.AsSpan(0, 1));
            _count += queue.Read(TimeSpan.Zero, _messages.AsSpan(_count, (_batch - 1) * _count));
        }

        return _count > 0;
    }

    public override void Take(IRecordSink sink)
    {
        CheckThread();
        var (first, bytes) = (_next, 0L);
        try
        {
            while (_next < _count && bytes < MaxBytes && Hand(_messages[_next++], sink, ref bytes))
            {
            }
        }
        finally
        {
            // As many as make a batch of the size that they have now: what is held here is beyond librdkafka's own bounds.
            var size = bytes / Math.Max(1, _next - first);
            _batch = (int)Math.Clamp(MaxBytes / Math.Max(1, size), 1, Math.Min(MaxRecords, 2L * _batch));
        }
    }

    protected override void Close()
    {
        Forget();
        queue.Dispose();
        Consumer.Dispose();
    }

    private void Begin(IEnumerable<string> topics)
    {
        CheckThread();
        Forget();
        _topics = [.. topics.Select(topic => (Encoding.UTF8.GetBytes(topic), topic))];
    }

    private bool Hand(nint pointer, IRecordSink sink, ref long bytes)
    {
        try
        {
            ref readonly var message = ref NativeMessage.At(pointer);
            var topic = TopicOf(message.Topic);
            return message.Error switch
            {
                ErrorCode.NoError => Hand(pointer, message, topic, sink, ref bytes),
                ErrorCode.Local_PartitionEOF => sink.TakeEnd(topic, message.Partition, message.Offset),
                _ => throw Failure(message, new TopicPartitionOffset(topic, message.Partition, message.Offset)),
            };
        }
        finally
        {
            queue.Client.Destroy(pointer);
        }
    }

    private bool Hand(nint pointer, in NativeMessage message, string topic, IRecordSink sink, ref long bytes)
    {
        _headers.Clear();
        if (message.MayHaveHeaders)
        {
            queue.Client.ReadHeaders(pointer, _headers);
        }

        var size = (long)message.Key.Length + message.Value.Length + _headers.Size;
        bytes += size;
        var record = new RecordView
        {
            Topic = topic,
            Partition = message.Partition,
            Offset = message.Offset,
            TimestampMs = queue.Client.GetTimestamp(pointer, out var timestampType),
            TimestampType = timestampType,
            LeaderEpoch = IsForGroup ? queue.Client.GetLeaderEpoch(pointer) : null,
            Key = message.Key,
            HasKey = message.HasKey,
            Value = message.Value,
            HasValue = message.HasValue,
            Headers = _headers.Count > 0 ? _headers : null,
        };
        return Hand(sink, record, size);
    }

    // Where a record has its value, an error has its reason.
    private ConsumeException Failure(in NativeMessage message, TopicPartitionOffset place) => new(
        new ConsumeResult<byte[], byte[]> { TopicPartitionOffset = place, Message = new Message<byte[], byte[]>() },
        queue.ToError(message.Error, Encoding.UTF8.GetString(message.Value)));

    private string TopicOf(nint topic)
    {
        if (topic != _topic)
        {
            _topic = topic;
            _topicName = NameOf(queue.Client.GetTopicName(topic));
        }

        return _topicName;
    }

    private string NameOf(ReadOnlySpan<byte> nameUtf8)
    {
        // Whoever assigned the partitions gets the very string back, which is found by its reference.
        foreach (var known in _topics)
        {
            if (nameUtf8.SequenceEqual(known.NameUtf8))
            {
                return known.Name;
            }
        }

        return Encoding.UTF8.GetString(nameUtf8);
    }

    private void Forget()
    {
        while (_next < _count)
        {
            queue.Client.Destroy(_messages[_next++]);
        }
    }
}
