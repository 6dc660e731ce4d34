using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Makes consumers that are assigned partitions by hand, belong to no group and commit nothing.</summary>
internal static partial class BroadcastConsumer
{
    /// <summary>Makes a consumer, on the thread that is to use it.</summary>
    /// <param name="connection">Where Kafka is.</param>
    /// <param name="isPortable">Whether to read through Confluent.Kafka alone.</param>
    /// <param name="onlyTopic">The topic, when it is the only one that the consumer will be assigned; else empty.</param>
    /// <param name="ids">Gets to know which topics the consumer reads.</param>
    /// <param name="logger">For what librdkafka has to say.</param>
    public static RecordReader Create(KafkaConnection connection, bool isPortable, string onlyTopic, TopicIds ids, ILogger logger)
    {
        var config = ConsumerConfigFactory.ForBroadcast(connection);
        var isDebugged = !string.IsNullOrEmpty(config.Debug);
        config.Debug = isDebugged ? $"{config.Debug},{TopicIds.Debug}" : TopicIds.Debug;
        config.ConsumeResultFields = onlyTopic.Length == 0 ? "all" : "headers,timestamp";
        var builder = new ConsumerBuilder<Ignore, Ignore>(config)
            .SetErrorHandler((_, error) => Log.ConsumerError(logger, connection.Name, error.Code, error.Reason))
            .SetLogHandler((_, message) =>
            {
                ids.Note(message.Message);
                if (isDebugged || message.Level != SyslogLevel.Debug)
                {
                    Log.Librdkafka(logger, connection.Name, message.Facility, message.Message);
                }
            });
        return RecordReaderFactory.Create(builder, isPortable, onlyTopic, logger);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Kafka connection {Connection}: {Code}: {Reason}", EventName = nameof(ConsumerError))]
        public static partial void ConsumerError(ILogger logger, string connection, ErrorCode code, string reason);

        [LoggerMessage(2, LogLevel.Debug, "Kafka connection {Connection}: {Facility}: {Message}", EventName = nameof(Librdkafka))]
        public static partial void Librdkafka(ILogger logger, string connection, string facility, string message);
    }
}
