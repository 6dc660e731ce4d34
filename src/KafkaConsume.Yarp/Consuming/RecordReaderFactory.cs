using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>Makes readers: the fast kind where librdkafka can be called, and else the portable one.</summary>
internal static partial class RecordReaderFactory
{
    /// <summary>Makes a reader, on the thread that is to use it.</summary>
    /// <param name="builder">The consumer that is to be built, its handlers set.</param>
    /// <param name="isPortable">Whether to leave librdkafka alone.</param>
    /// <param name="onlyTopic">The topic, when there is one only and the consumer does not name it; else empty.</param>
    /// <param name="logger">For telling which kind it is, and of records that are too large.</param>
    public static RecordReader Create(ConsumerBuilder<Ignore, Ignore> builder, bool isPortable, string onlyTopic, ILogger logger) =>
        Create(builder, isPortable, onlyTopic, isForGroup: false, logger);

    /// <summary>Makes a reader for a group, on the thread that is to use it.</summary>
    /// <param name="builder">The consumer that is to be built, its handlers set.</param>
    /// <param name="isPortable">Whether to leave librdkafka alone.</param>
    /// <param name="logger">For telling which kind it is, and of records that are too large.</param>
    public static RecordReader CreateForGroup(ConsumerBuilder<Ignore, Ignore> builder, bool isPortable, ILogger logger) =>
        Create(builder, isPortable, onlyTopic: "", isForGroup: true, logger);

    private static RecordReader Create(ConsumerBuilder<Ignore, Ignore> builder, bool isPortable, string onlyTopic, bool isForGroup, ILogger logger)
    {
        var (key, value) = (new CapturedBytes(), new CapturedBytes());
        var consumer = builder.SetKeyDeserializer(key).SetValueDeserializer(value).Build();
        if (!isPortable)
        {
            if (NativeQueue.TryOpen(consumer) is { } queue)
            {
                Log.Reading(logger, consumer.Name, "by librdkafka's batches");
                return new NativeRecordReader(consumer, queue, isForGroup, logger);
            }

            Log.NoBatches(logger, consumer.Name, Library.VersionString);
        }

        Log.Reading(logger, consumer.Name, "through Confluent.Kafka");
        return new PortableRecordReader(consumer, key, value, onlyTopic, isForGroup, logger);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Kafka consumer {Consumer}: records are read {How}", EventName = nameof(Reading))]
        public static partial void Reading(ILogger logger, string consumer, string how);

        [LoggerMessage(2, LogLevel.Information, "Kafka consumer {Consumer}: librdkafka {Version} cannot be read by batches, which would take less CPU", EventName = nameof(NoBatches))]
        public static partial void NoBatches(ILogger logger, string consumer, string version);
    }
}
