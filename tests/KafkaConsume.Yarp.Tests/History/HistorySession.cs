using Confluent.Kafka;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>A batch or stream of a history.</summary>
internal sealed class HistorySession(HistoryEvent.SessionStarted started)
{
    public string Name => started.Session;

    public string Client => started.Client;

    public string Gateway => started.Gateway;

    public bool IsExclusive => started.IsExclusive;

    /// <summary>Gets the highest offset of each partition that has come.</summary>
    public Dictionary<TopicPartition, long> Last { get; } = [];

    /// <summary>Gets the records that have come.</summary>
    public List<(PartitionTrace Partition, RecordTrace Record)> Records { get; } = [];

    public bool MayGet(string topic) => started.Topics.Contains(topic, StringComparer.Ordinal);
}
