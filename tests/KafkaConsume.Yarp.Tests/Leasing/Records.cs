using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

/// <summary>Records as a consumer gives them.</summary>
internal static class Records
{
    public static ConsumeResult<byte[]?, byte[]?> Create(long offset, int partition = 0, int size = 10) => new()
    {
        Topic = "orders",
        Partition = partition,
        Offset = offset,
        LeaderEpoch = 1,
        Message = new Message<byte[]?, byte[]?> { Value = new byte[size] },
    };

    public static TopicPartition Partition(int partition = 0) => new("orders", partition);

    public static PartitionStart Start(int partition = 0, long offset = 0) => new(Partition(partition), offset, IsCommitted: true);

    public static long[] Offsets(this RecordBatch batch) => [.. batch.Records.Select(record => record.Offset.Value)];

    public static void Receive(this GroupLedger ledger, long first, int count, int partition = 0, int size = 10)
    {
        for (var offset = first; offset < first + count; offset++)
        {
            ledger.Add(Create(offset, partition, size));
        }

        ledger.Serve();
    }
}
