using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

/// <summary>Records as a consumer gives them.</summary>
internal static class Records
{
    public static StoredRecord Create(long offset, int partition = 0, int size = 10, int leaderEpoch = 1) => new(new RecordView
    {
        Topic = "orders",
        Partition = partition,
        Offset = offset,
        TimestampMs = RecordView.NoTimestamp,
        LeaderEpoch = leaderEpoch,
        Value = new byte[size],
        HasValue = true,
    });

    public static TopicPartition Partition(int partition = 0) => new("orders", partition);

    public static PartitionStart Start(int partition = 0, long offset = 0) => new(Partition(partition), offset, IsCommitted: true);

    public static long[] Offsets(this RecordBatch batch) => [.. batch.Records.Select(record => record.Offset)];

    /// <summary>Takes a record from Kafka and hands it out.</summary>
    public static void Read(this OwnedPartition partition, long offset, int leaderEpoch = 1)
    {
        partition.Add(Create(offset, leaderEpoch: leaderEpoch)).Should().NotBeNull();
        partition.Dequeue();
    }

    /// <summary>Settles the records of a partition in a range of offsets that have been handed out.</summary>
    /// <returns>How many they were.</returns>
    public static int Settle(this OwnedPartition partition, long first, long last)
    {
        List<TrackedRecord> records = [];
        for (var index = partition.Tracker.IndexFrom(first); index < partition.Tracker.Span && partition.Tracker[index].Offset <= last; index++)
        {
            if (partition.Tracker[index] is { State: RecordState.Held } record)
            {
                records.Add(record);
            }
        }

        records.ForEach(partition.Settle);
        return records.Count;
    }

    /// <summary>Takes a record from Kafka, as a turn of the consumer does.</summary>
    /// <returns>Whether it lies behind all that came before.</returns>
    public static bool Receive(this GroupLedger ledger, StoredRecord record)
    {
        var received = new ReceivedRecords();
        received.Take(record.View());
        return ledger.Add(received).Count == 0;
    }

    public static void Receive(this GroupLedger ledger, long first, int count, int partition = 0, int size = 10)
    {
        for (var offset = first; offset < first + count; offset++)
        {
            ledger.Receive(Create(offset, partition, size));
        }

        ledger.Serve();
    }
}
