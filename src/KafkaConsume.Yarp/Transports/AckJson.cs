using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Transports;

/// <summary>What clients are told of their acknowledgements.</summary>
internal static class AckJson
{
    /// <summary>Writes where the group is, in Kafka's meaning: the next offset to read.</summary>
    public static JsonArray Committed(IEnumerable<TopicPartitionOffset> offsets) => [.. offsets.Select(offset => (JsonNode)new JsonObject
    {
        ["topic"] = offset.Topic,
        ["partition"] = offset.Partition.Value,
        ["nextOffset"] = offset.Offset.Value,
    })];

    /// <summary>Writes records as they were named.</summary>
    public static JsonArray Records(IEnumerable<RecordId> records) => [.. records.Select(record => (JsonNode)new JsonObject
    {
        ["topic"] = record.Partition.Topic,
        ["partition"] = record.Partition.Partition.Value,
        ["offset"] = record.Offset,
    })];
}
