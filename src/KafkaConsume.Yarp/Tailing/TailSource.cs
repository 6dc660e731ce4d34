using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// One Kafka consumer, on a thread of its own, for all broadcast clients of the same topics: it reads every record once and
/// appends it to one log for each wire format that somebody asked for.
/// </summary>
internal sealed partial class TailSource : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly TailSourceKey _key;
    private readonly KafkaConsumeOptions _options;
    private readonly TimeProvider _time;
    private readonly TailMemory _memory;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<TailLogSet> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TopicCheck _check;
    private TailLogSet? _logs;
    private volatile bool _isEnded;

    public TailSource(TailSourceKey key, KafkaCluster cluster, KafkaConsumeOptions options, TailMemory memory, ILogger logger)
    {
        _key = key;
        Cluster = cluster;
        _options = options;
        _memory = memory;
        _time = memory.Time;
        _logger = logger;
        _check = new TopicCheck(cluster, key.Topics, _time);

        // Nobody may be waiting when it fails; the failure is read from Problem then.
        _ = _ready.Task.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        new Thread(Run) { IsBackground = true, Name = $"kafka-consume tail {string.Join(',', key.Topics)}" }.Start();
    }

    /// <summary>Gets the logs, as soon as Kafka has told the partitions; waits for as long as Kafka cannot be reached.</summary>
    public Task<TailLogSet> Ready => _ready.Task;

    /// <summary>Gets a value indicating whether the source has stopped, and a new one has to be made.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>Gets why the source has ended; null when its clients can go on with its successor.</summary>
    public KafkaProblem? Problem { get; private set; }

    public KafkaCluster Cluster { get; }

    /// <summary>
    /// Makes sure that the topics are still those that the source reads: a cursor must not be read in a topic that was made anew. While Kafka
    /// cannot be asked they are taken for the same.
    /// </summary>
    /// <returns>False if they are not; the source has ended then.</returns>
    /// <exception cref="KafkaProblemException">A topic is gone, or may not be read any more.</exception>
    public async ValueTask<bool> IsCurrentAsync(TailLog log)
    {
        if (!await _check.AreSameAsync(log.Map))
        {
            _isEnded = true;
        }

        return !_isEnded;
    }

    /// <summary>Ends the source, soon. Its clients are told to look for another.</summary>
    public void Dispose() => _stopping.Cancel();

    private void Run()
    {
        try
        {
            while (!_stopping.IsCancellationRequested && !_isEnded)
            {
                try
                {
                    Consume();
                }
                catch (KafkaProblemException failure) when (failure.Problem.IsUnavailable)
                {
                    Log.Waiting(_logger, _key.Connection, failure.Problem.Diagnostic);
                    _stopping.Token.WaitHandle.WaitOne(RetryDelay);
                }
                catch (KafkaException failure)
                {
                    Log.Restarted(_logger, _key.Connection, failure.Error.Code, failure);
                    _stopping.Token.WaitHandle.WaitOne(RetryDelay);
                }
            }
        }
        catch (KafkaProblemException failure)
        {
            Problem = failure.Problem;
        }
        catch (Exception failure)
        {
            // Whatever it was, clients must not wait for a thread that is no more.
            Log.Died(_logger, _key.Connection, failure);
            Problem = KafkaProblem.Unavailable(failure.Message);
        }
        finally
        {
            End();
        }
    }

    private void Consume()
    {
        var logs = _logs ??= Describe();
        var onlyTopic = _key.Topics is [var topic] ? topic : "";
        var ids = new TopicIds();
        using var consumer = BroadcastConsumer.Create(Cluster.Connection, _options.IsConsumePortable, onlyTopic, ids, _logger);
        consumer.Assign(logs.Places);
        _ready.TrySetResult(logs);
        var watch = new TopicWatch(Cluster, _key.Topics, _options.TopicWatchInterval, _time);
        while (!_stopping.IsCancellationRequested && !_isEnded)
        {
            try
            {
                if (ids.DifferFrom(logs.Map))
                {
                    // If Kafka's brokers do not agree yet on which topic it is, a new consumer looks again.
                    CheckTopics(logs, Cluster.DescribeAsync(_key.Topics));
                    _stopping.Token.WaitHandle.WaitOne(_isEnded ? TimeSpan.Zero : RetryDelay);
                    return;
                }

                if (consumer.Wait(Poll))
                {
                    logs.TakeBatch(consumer, ids);
                }
                else
                {
                    logs.DropOld();
                }
            }
            catch (ConsumeException failure) when (!failure.Error.IsFatal)
            {
                Recover(consumer, logs, failure);
            }

            if (watch.TakeAnswer() is { } answer)
            {
                CheckTopics(logs, answer);
            }
        }
    }

    private TailLogSet Describe()
    {
        var map = Wait(Cluster.DescribeAsync(_key.Topics));
        return new TailLogSet(_key, map, Wait(Cluster.ListOffsetsAsync(map, OffsetSpec.Latest())), _memory);
    }

    /// <summary>Goes on after an error that librdkafka does not heal by itself.</summary>
    private void Recover(RecordReader consumer, TailLogSet logs, ConsumeException failure)
    {
        var code = failure.Error.Code;
        var place = failure.ConsumerRecord?.TopicPartitionOffset;
        if (code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic)
        {
            CheckTopics(logs, Cluster.DescribeAsync(_key.Topics));
            var index = place is null ? -1 : logs.Map.IndexOf(place.Topic, place.Partition.Value);
            if (!_isEnded && index >= 0 && code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
            {
                Reposition(consumer, logs, index);
            }
        }
        else if (KafkaProblem.From(failure.Error) is { IsUnavailable: false } problem)
        {
            throw new KafkaProblemException(problem, failure);
        }

        Log.Failed(_logger, _key.Connection, code, failure.Error.Reason);
    }

    /// <summary>Goes on where Kafka still has records: often that is where the source stood, since the error may be old news.</summary>
    private void Reposition(RecordReader consumer, TailLogSet logs, int index)
    {
        var start = Wait(Cluster.ListOffsetsAsync(logs.Map, OffsetSpec.Earliest()))[index];
        var end = Wait(Cluster.ListOffsetsAsync(logs.Map, OffsetSpec.Latest()))[index];
        if (logs.Positions[index] > end)
        {
            // Kafka has lost records that clients have read: each is to find its own place again.
            _isEnded = true;
            return;
        }

        if (logs.Positions[index] < start)
        {
            logs.Skip(index, start);
        }

        // A partition that has been given up on cannot be sought in.
        consumer.Assign(logs.Places);
    }

    /// <summary>Ends the source when the topics are not what they were: deleted, made again, or with more partitions.</summary>
    private void CheckTopics(TailLogSet logs, Task<PartitionMap> question)
    {
        try
        {
            if (!Wait(question).Topics.SequenceEqual(logs.Map.Topics))
            {
                Log.TopicsChanged(_logger, _key.Connection, string.Join(',', _key.Topics));
                _isEnded = true;
            }
        }
        catch (KafkaProblemException failure) when (failure.Problem.IsUnavailable)
        {
            Log.Waiting(_logger, _key.Connection, failure.Problem.Diagnostic);
        }
    }

    private void End()
    {
        _isEnded = true;
        _ready.TrySetException(new KafkaProblemException(Problem ?? KafkaProblem.Unavailable()));
        _logs?.Retire();
    }

    /// <summary>Waits on this thread, which is the source's own and has nothing else to do.</summary>
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Kafka connection {Connection}: waiting for Kafka: {Reason}", EventName = nameof(Waiting))]
        public static partial void Waiting(ILogger logger, string connection, string? reason);

        [LoggerMessage(2, LogLevel.Error, "Kafka connection {Connection}: the consumer failed with {Code} and is made again", EventName = nameof(Restarted))]
        public static partial void Restarted(ILogger logger, string connection, ErrorCode code, Exception exception);

        [LoggerMessage(3, LogLevel.Critical, "Kafka connection {Connection}: the consumer's thread failed", EventName = nameof(Died))]
        public static partial void Died(ILogger logger, string connection, Exception exception);

        [LoggerMessage(4, LogLevel.Warning, "Kafka connection {Connection}: {Code}: {Reason}", EventName = nameof(Failed))]
        public static partial void Failed(ILogger logger, string connection, ErrorCode code, string reason);

        [LoggerMessage(5, LogLevel.Warning, "Kafka connection {Connection}: the topics {Topics} have changed; their readers attach again", EventName = nameof(TopicsChanged))]
        public static partial void TopicsChanged(ILogger logger, string connection, string topics);
    }
}
