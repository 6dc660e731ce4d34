using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>What a client said, together with what it was told about it later.</summary>
internal sealed class Said(HistoryEvent.Said said, HistoryEvent.Answered? answered)
{
    private readonly HashSet<RecordId> _refused = [.. answered?.Refused ?? []];

    public HistoryEvent.Said Event => said;

    /// <summary>Gets the records whose client was not the one that had them when it spoke.</summary>
    public List<(TopicPartition Partition, long Offset)> Foreign { get; } = [];

    /// <summary>Gets the partitions that another gateway had when it spoke.</summary>
    public HashSet<TopicPartition> WasForeign { get; } = [];

    public bool WasRefused(RecordId record) => answered?.Answer == AckAnswer.Refused && (_refused.Count == 0 || _refused.Contains(record));

    public bool WasAccepted(RecordId record) =>
        answered?.Answer == AckAnswer.Accepted || (answered?.Answer == AckAnswer.Refused && _refused.Count > 0 && !_refused.Contains(record));
}
