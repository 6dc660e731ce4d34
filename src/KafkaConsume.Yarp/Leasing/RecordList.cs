using System.Collections;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>The records of a batch without what the gateway knows about them.</summary>
internal sealed class RecordList(HandedRecord[] records) : IReadOnlyList<ConsumeResult<byte[]?, byte[]?>>
{
    public int Count => records.Length;

    public ConsumeResult<byte[]?, byte[]?> this[int index] => records[index].Record;

    public IEnumerator<ConsumeResult<byte[]?, byte[]?>> GetEnumerator() => records.Select(record => record.Record).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
