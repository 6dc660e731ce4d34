using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>What one turn of the consumer has received. It is copied here without the ledger's lock, and goes to the ledger in one go.</summary>
internal sealed class ReceivedRecords : IRecordSink
{
    private readonly List<StoredRecord> _records = [];
    private readonly List<TopicPartitionOffset> _ends = [];

    public bool IsEmpty => _records.Count == 0 && _ends.Count == 0;

    /// <summary>Gets the records, those of a partition in order.</summary>
    public IReadOnlyList<StoredRecord> Records => _records;

    /// <summary>Gets up to where partitions have been read, whether there were records or not.</summary>
    public IReadOnlyList<TopicPartitionOffset> Ends => _ends;

    public bool Take(in RecordView record)
    {
        _records.Add(new StoredRecord(record));
        return true;
    }

    public bool TakeEnd(string topic, int partition, long next)
    {
        _ends.Add(new TopicPartitionOffset(topic, partition, next));
        return true;
    }

    public void Clear()
    {
        _records.Clear();
        _ends.Clear();
    }
}
