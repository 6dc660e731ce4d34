using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Notes the rebalances that a gateway in this process goes through, and the records that it gives up, as it logs them.</summary>
internal sealed class HistoryLogger(HistoryLog log, string gateway) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            return;
        }

        switch (eventId.Name)
        {
            case "Assigned":
                log.Add(new HistoryEvent.Fault($"{gateway} {formatter(state, null)}"));
                foreach (var partition in (IEnumerable<TopicPartition>)Value("Partitions"))
                {
                    log.Add(new HistoryEvent.TookOver(gateway, partition));
                }

                break;
            case "Revoked" or "Lost" or "TooSlow" or "Failed" or "Fatal" or "WentBack" or "NotAssigned":
                log.Add(new HistoryEvent.Fault($"{gateway} {formatter(state, null)}"));
                break;
            case "Skipped":
                var id = new TopicPartition((string)Value("Topic"), (int)Value("Partition"));
                log.Add(new HistoryEvent.GivenUp(new RecordId(id, (long)Value("Offset")), (int)Value("Attempts")));
                break;
        }

        object Value(string name) => values.First(value => value.Key == name).Value!;
    }

    public void Dispose()
    {
    }
}
