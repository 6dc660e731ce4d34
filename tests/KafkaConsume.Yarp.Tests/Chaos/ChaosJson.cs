using System.Globalization;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>What clients of a run of chaos read and write.</summary>
internal static class ChaosJson
{
    public static HistoryRecord Record(JsonNode record, ChaosWorld world) => new(
        Partition(record, world),
        (long)record["offset"]!,
        long.Parse((string)record["value"]!, CultureInfo.InvariantCulture),
        (int)record["attempt"]!);

    public static RecordId[] Ids(JsonArray records, ChaosWorld world) => [.. records.Select(record => new RecordId(Partition(record!, world), (long)record!["offset"]!))];

    public static TopicPartitionOffset[] Offsets(JsonNode committed, ChaosWorld world) =>
        [.. committed.AsArray().Select(offset => new TopicPartitionOffset(Partition(offset!, world), (long)offset!["nextOffset"]!))];

    public static string Message(AckKind kind, IEnumerable<RecordId> records, double? delay = null)
    {
        var names = string.Join(',', records.Select(id => string.Create(
            CultureInfo.InvariantCulture, $$"""{"topic":"{{id.Partition.Topic}}","partition":{{id.Partition.Partition.Value}},"offset":{{id.Offset}}}""")));
        var pause = delay is { } seconds ? string.Create(CultureInfo.InvariantCulture, $",\"delay\":{seconds:0.###}") : "";
        return $$"""{"type":"{{kind.ToString().ToLowerInvariant()}}","records":[{{names}}]{{pause}}}""";
    }

    public static string Through(RecordId last) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"type":"ack","topic":"{{last.Partition.Topic}}","partition":{{last.Partition.Partition.Value}},"through":{{last.Offset}}}""");

    private static TopicPartition Partition(JsonNode named, ChaosWorld world)
    {
        var (topic, partition) = ((string)named["topic"]!, (int)named["partition"]!);
        return topic == world.Topic && partition < world.Partitions.Count ? world.Partitions[partition] : new TopicPartition(topic, partition);
    }
}
