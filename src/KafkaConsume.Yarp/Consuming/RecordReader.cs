using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>
/// Reads the partitions that it is assigned, by hand or by its group, a batch at a time, and hands records on where they lie. It belongs to the
/// thread that made it.
/// </summary>
/// <param name="consumer">The consumer, which the reader disposes of.</param>
/// <param name="isForGroup">
/// Whether records are kept until somebody has dealt with them: they have all that this takes, and are cut only when they are too large to be kept.
/// </param>
/// <param name="logger">Where to tell of records that are too large.</param>
internal abstract partial class RecordReader(IConsumer<Ignore, Ignore> consumer, bool isForGroup, ILogger logger) : IDisposable
{
    /// <summary>How many records make a batch at most.</summary>
    protected const int MaxRecords = 1000;

    /// <summary>A batch ends with the record that goes beyond this.</summary>
    protected const int MaxBytes = 1024 * 1024;

    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Gets the consumer, for all but reading.</summary>
    public IConsumer<Ignore, Ignore> Consumer => consumer;

    protected bool IsForGroup => isForGroup;

    /// <summary>Joins the group of the consumer's configuration, which assigns partitions from now on.</summary>
    public abstract void Subscribe(IReadOnlyCollection<string> topics);

    /// <summary>Reads these partitions from now on, and nothing of what was read ahead before.</summary>
    public abstract void Assign(IReadOnlyCollection<TopicPartitionOffset> positions);

    /// <summary>Waits until there is something to take. Kafka's events are served meanwhile, so it has to be called now and then.</summary>
    /// <returns>False if nothing came in time.</returns>
    /// <exception cref="ConsumeException">Kafka reports an error; reading may go on behind it.</exception>
    public abstract bool Wait(TimeSpan timeout);

    /// <summary>Hands on a batch, or less of it when the sink has enough: the rest is for the next call.</summary>
    /// <exception cref="ConsumeException">Kafka reports an error; what came before it has been handed on, what came behind it is for the next call.</exception>
    public abstract void Take(IRecordSink sink);

    public void Dispose()
    {
        CheckThread();
        Close();
    }

    protected abstract void Close();

    /// <summary>Hands a record on, or what is left of it when it is too large.</summary>
    /// <param name="sink">To whom.</param>
    /// <param name="record">The record.</param>
    /// <param name="size">The bytes of its key, value and headers.</param>
    protected bool Hand(IRecordSink sink, in RecordView record, long size)
    {
        if (isForGroup ? size <= RecordWeight.Max : !RecordWeight.IsTooLarge(record, size))
        {
            return sink.Take(record);
        }

        Log.TooLarge(logger, record.Topic, record.Partition, record.Offset, size, RecordWeight.Max);
        return sink.Take(record.Cut());
    }

    /// <exception cref="InvalidOperationException">The reader is another thread's, for which librdkafka would crash the process or lose records.</exception>
    protected void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("A reader belongs to the thread that made it.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The record at {Topic}[{Partition}]@{Offset} has {Size} bytes, which are more than {Limit} in JSON: clients get it without its value", EventName = nameof(TooLarge))]
        public static partial void TooLarge(ILogger logger, string topic, int partition, long offset, long size, int limit);
    }
}
