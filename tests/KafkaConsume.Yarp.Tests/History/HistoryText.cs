using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>Writes histories for those who have to find out what went wrong.</summary>
internal static class HistoryText
{
    public static string Of(IReadOnlyList<HistoryEvent> events) =>
        string.Join('\n', events.Select((seen, index) => FormattableString.Invariant($"{index} {seen.At.TotalSeconds:0.000} {Of(seen)}")));

    private static string Of(HistoryEvent seen) => seen switch
    {
        HistoryEvent.Produced produced => $"produced {Of(produced.Records)}",
        HistoryEvent.Delivered delivered => $"{delivered.Session} got {Of(delivered.Records)}, handed out after {delivered.HandedAfter}",
        HistoryEvent.SessionStarted started => $"{started.Session} is of {started.Client} at {started.Gateway}",
        HistoryEvent.Said said => $"{said.Client} says {said.Id} at {said.Gateway}: {said.Kind} {Of(said.Records)}",
        HistoryEvent.Answered { Answer: var answer } answered =>
            $"answer to {answered.Id}: {answer} {Of(answered.Refused)} {string.Join(' ', answered.Confirmed.Select(offset => $"confirmed {offset}"))}",
        HistoryEvent.Quiet quiet => $"quiet, ends {string.Join<TopicPartitionOffset>(' ', quiet.Ends)}",
        _ => seen.ToString(),
    };

    private static string Of(HistoryRecord[] records) => string.Join(' ', records.Select(record => $"{record.Partition.Partition.Value}/{record.Offset}#{record.Attempt}"));

    private static string Of(RecordId[] records) => string.Join(' ', records.Select(record => $"{record.Partition.Partition.Value}/{record.Offset}"));
}
