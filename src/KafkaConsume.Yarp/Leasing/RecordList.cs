using System.Collections;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>The records of a batch without what the gateway knows about them.</summary>
internal sealed class RecordList(HandedRecord[] records) : IReadOnlyList<StoredRecord>
{
    public int Count => records.Length;

    public StoredRecord this[int index] => records[index].Record;

    public IEnumerator<StoredRecord> GetEnumerator() => records.Select(record => record.Record).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
