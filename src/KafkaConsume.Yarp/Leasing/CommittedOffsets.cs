using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Asks for the offsets that a group has committed. Runs on the consumer's thread, while a rebalance waits for it.</summary>
internal sealed class CommittedOffsets(TimeProvider time, TimeSpan timeout, Task stopping)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Gets the offset of each partition, a special one where there is none.</summary>
    /// <exception cref="KafkaException">Kafka refuses, or does not answer in time.</exception>
    public List<TopicPartitionOffset> Find(IConsumer<Ignore, Ignore> consumer, List<TopicPartition> partitions)
    {
        if (partitions.Count == 0)
        {
            return [];
        }

        var began = time.GetTimestamp();
        while (true)
        {
            var rest = timeout - time.GetElapsedTime(began);
            try
            {
                return consumer.Committed(partitions, rest > Pause ? rest : Pause);
            }
            catch (KafkaException failure) when (CommitErrors.IsPassing(failure.Error.Code) && rest > Pause)
            {
                stopping.Wait(Pause);
            }
        }
    }
}
