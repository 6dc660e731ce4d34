using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Notes the rebalances that a gateway goes through, and the records that it gives up, when it logs them and before it goes on.</summary>
internal sealed class HistoryLogger(Action<HistoryEvent> note, string gateway) : ILoggerProvider, ILogger
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
            case "Assigned" or "Revoked" or "Lost":
                note(new HistoryEvent.Fault($"{gateway} {formatter(state, null)}"));
                foreach (var partition in (IEnumerable<TopicPartition>)Value("Partitions"))
                {
                    note(eventId.Name == "Assigned" ? new HistoryEvent.TookOver(gateway, partition) : new HistoryEvent.GaveUp(gateway, partition));
                }

                break;
            case "TooSlow" or "Failed" or "Fatal" or "WentBack" or "NotAssigned":
                note(new HistoryEvent.Fault($"{gateway} {formatter(state, null)}"));
                break;
            case "Skipped" or "DeadLettered":
                var id = new TopicPartition((string)Value("Topic"), (int)Value("Partition"));
                note(new HistoryEvent.GivenUp(new RecordId(id, (long)Value("Offset")), (int)Value("Attempts")) { IsDeadLetter = eventId.Name == "DeadLettered" });
                break;
        }

        object Value(string name) => values.First(value => value.Key == name).Value!;
    }

    public void Dispose()
    {
    }
}
