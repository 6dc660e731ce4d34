using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Races;

/// <summary>A batch on its way to a client, or with it.</summary>
internal sealed class ScheduledBatch(ScheduledMember member, string user, RecordBatch batch, int handedAfter)
{
    public ScheduledMember Member => member;

    public string User => user;

    public RecordBatch Batch => batch;

    public int HandedAfter => handedAfter;

    /// <summary>Gets or sets a value indicating whether the client has it.</summary>
    public bool HasArrived { get; set; }

    public bool IsAborted { get; set; }

    /// <summary>Gets the records that the client has refused: what it says of the batch later is not about them.</summary>
    public HashSet<RecordId> Refused { get; } = [];

    /// <summary>Gets what is left of the batch for its client.</summary>
    public RecordId[] Rest => [.. Ids.Where(id => !Refused.Contains(id))];

    public RecordId[] Ids => [.. batch.Records.Select(record => new RecordId(new TopicPartition(record.Topic, record.Partition), record.Offset))];
}
