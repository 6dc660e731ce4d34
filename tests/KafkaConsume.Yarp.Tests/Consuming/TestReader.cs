using System.Collections.Concurrent;
using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaConsume.Yarp.Tests.Consuming;

/// <summary>A reader on a thread of its own that keeps all that it reads.</summary>
internal sealed class TestReader : IRecordSink, IDisposable
{
    private readonly ConcurrentQueue<ReadRecord> _records = new();
    private readonly ConcurrentQueue<(string Topic, int Partition, long Next)> _ends = new();
    private readonly ConcurrentQueue<ConsumeException> _failures = new();
    private readonly BlockingCollection<Action<RecordReader>> _orders = [];
    private readonly Thread _thread;
    private volatile bool _isEnded;

    public TestReader(string bootstrapServers, bool isPortable, Action<ConsumerConfig>? configure = null, Action<ConsumerBuilder<Ignore, Ignore>>? build = null)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = bootstrapServers,
            ["fetch.wait.max.ms"] = "10",
            ["reconnect.backoff.max.ms"] = "200",
        };
        var config = ConsumerConfigFactory.ForBroadcast(new KafkaConnection("kafka", properties, "key"));
        configure?.Invoke(config);
        var builder = new ConsumerBuilder<Ignore, Ignore>(config).SetErrorHandler((_, error) => Errors.Enqueue(error));
        if (build is null)
        {
            builder.SetLogHandler((_, _) => { });
        }

        build?.Invoke(builder);
        _thread = new Thread(() => Run(builder, isPortable)) { IsBackground = true };
        _thread.Start();
    }

    public IReadOnlyList<ReadRecord> Records => [.. _records];

    public int Count => _records.Count;

    public IReadOnlyList<(string Topic, int Partition, long Next)> Ends => [.. _ends];

    /// <summary>Gets what reading threw.</summary>
    public IReadOnlyList<ConsumeException> Failures => [.. _failures];

    /// <summary>Gets what the consumer's error handler was told.</summary>
    public ConcurrentQueue<Error> Errors { get; } = new();

    public Type? Kind { get; private set; }

    /// <summary>Gets or sets what happens with each record instead of keeping it.</summary>
    public Func<long, bool>? OnRecord { get; set; }

    public Task AssignAsync(params (string Topic, int Partition, long Offset)[] positions) => DoAsync(reader =>
        reader.Assign([.. positions.Select(position => new TopicPartitionOffset(position.Topic, position.Partition, position.Offset))]));

    /// <summary>Does something on the reader's thread, between two batches.</summary>
    public async Task DoAsync(Action<RecordReader> action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _orders.Add(
            reader =>
            {
                try
                {
                    action(reader);
                    done.SetResult();
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            },
            TestContext.Current.CancellationToken);
        await done.Task.WaitAsync(Eventually.Patience, TimeProvider.System);
    }

    public Task UntilAsync(int count) => Eventually.UntilAsync(() => Count >= count, $"{count} records");

    bool IRecordSink.Take(in RecordView record)
    {
        if (OnRecord is { } onRecord)
        {
            return onRecord(record.Offset);
        }

        _records.Enqueue(ReadRecord.Of(record));
        return true;
    }

    bool IRecordSink.TakeEnd(string topic, int partition, long next)
    {
        _ends.Enqueue((topic, partition, next));
        return true;
    }

    public void Dispose()
    {
        _isEnded = true;
        _thread.Join(Eventually.Patience).Should().BeTrue("a reader ends soon");
        _orders.Dispose();
    }

    private void Run(ConsumerBuilder<Ignore, Ignore> builder, bool isPortable)
    {
        using var reader = RecordReaderFactory.Create(builder, isPortable, onlyTopic: "", NullLogger.Instance);
        Kind = reader.GetType();
        while (!_isEnded)
        {
            while (_orders.TryTake(out var order))
            {
                order(reader);
            }

            try
            {
                if (reader.Wait(TimeSpan.FromMilliseconds(20)))
                {
                    reader.Take(this);
                }
            }
            catch (ConsumeException failure)
            {
                _failures.Enqueue(failure);
            }
        }
    }
}
