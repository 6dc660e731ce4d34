using Confluent.Kafka;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>A batch or stream of a history.</summary>
internal sealed class HistorySession(HistoryEvent.SessionStarted started, int aliveAfter = int.MaxValue)
{
    public string Name => started.Session;

    public string Client => started.Client;

    public string Gateway => started.Gateway;

    public bool IsExclusive => started.IsExclusive;

    /// <summary>Gets the highest offset of each partition that has come, and how many events there were when it had surely not been handed out.</summary>
    public Dictionary<TopicPartition, (long Offset, int HandedAfter)> Last { get; } = [];

    /// <summary>Gets the records that have come.</summary>
    public List<(PartitionTrace Partition, RecordTrace Record)> Records { get; } = [];

    /// <summary>Says whether its gateway may have missed the client by now.</summary>
    public bool MayBeOver(int at) => at >= aliveAfter;

    public bool MayGet(string topic) => started.Topics.Contains(topic, StringComparer.Ordinal);
}
