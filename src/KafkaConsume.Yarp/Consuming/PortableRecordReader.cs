using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>Reads with Confluent.Kafka's own means: they work wherever it does, and cost a few objects a record.</summary>
/// <param name="consumer">The consumer.</param>
/// <param name="key">The consumer's deserializer of keys.</param>
/// <param name="value">The consumer's deserializer of values.</param>
/// <param name="onlyTopic">The topic, when there is one only and the consumer does not name it; else empty.</param>
/// <param name="isForGroup">Whether records are kept for a group.</param>
/// <param name="logger">Where to tell of records that are too large.</param>
internal sealed class PortableRecordReader(
    IConsumer<Ignore, Ignore> consumer, CapturedBytes key, CapturedBytes value, string onlyTopic, bool isForGroup, ILogger logger)
    : RecordReader(consumer, isForGroup, logger)
{
    private readonly RecordHeaders _headers = new();
    private ConsumeResult<Ignore, Ignore>? _first;

    public override void Subscribe(IReadOnlyCollection<string> topics)
    {
        CheckThread();
        _first = null;
        Consumer.Subscribe(topics);
    }

    public override void Assign(IReadOnlyCollection<TopicPartitionOffset> positions)
    {
        CheckThread();
        _first = null;
        Consumer.Assign(positions);
    }

    public override bool Wait(TimeSpan timeout)
    {
        CheckThread();
        return (_first ??= Consume(timeout)) is not null;
    }

    public override void Take(IRecordSink sink)
    {
        CheckThread();
        var next = _first;
        _first = null;
        var bytes = 0L;
        for (var count = 0; next is not null && Hand(next, sink, ref bytes);)
        {
            next = ++count < MaxRecords && bytes < MaxBytes ? Consume(TimeSpan.Zero) : null;
        }
    }

    protected override void Close() => Consumer.Dispose();

    private ConsumeResult<Ignore, Ignore>? Consume(TimeSpan timeout)
    {
        try
        {
            return Consumer.Consume(timeout);
        }
        catch (ConsumeException failure) when (failure.ConsumerRecord is { Topic: null } record)
        {
            record.Topic = onlyTopic;
            throw;
        }
    }

    private bool Hand(ConsumeResult<Ignore, Ignore> result, IRecordSink sink, ref long bytes)
    {
        var topic = result.Topic ?? onlyTopic;
        if (result.IsPartitionEOF)
        {
            return sink.TakeEnd(topic, result.Partition.Value, result.Offset.Value);
        }

        var message = result.Message;
        _headers.Clear();
        if (message.Headers is { Count: > 0 } headers)
        {
            _headers.Add(headers);
        }

        var size = key.Size + value.Size + _headers.Size;
        bytes += size;
        var record = new RecordView
        {
            Topic = topic,
            Partition = result.Partition.Value,
            Offset = result.Offset.Value,
            TimestampMs = message.Timestamp.Type == TimestampType.NotAvailable ? RecordView.NoTimestamp : message.Timestamp.UnixTimestampMs,
            TimestampType = message.Timestamp.Type,
            LeaderEpoch = result.LeaderEpoch,
            Key = key.Span,
            HasKey = key.HasValue,
            Value = value.Span,
            HasValue = value.HasValue,
            Headers = _headers.Count > 0 ? _headers : null,
        };
        return Hand(sink, record, size);
    }
}
