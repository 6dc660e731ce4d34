using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Where a group starts that has no position yet: where its topics ended, or began, when the gateway first looked. What is produced
/// after that is not skipped, however long joining the group takes.
/// </summary>
internal sealed class StartPositions(KafkaCluster cluster, IReadOnlyList<string> topics, KafkaAutoOffsetReset reset)
{
    private readonly Dictionary<TopicPartition, long> _offsets = [];
    private readonly HashSet<string> _present = new(StringComparer.Ordinal);
    private readonly HashSet<string> _absent = new(StringComparer.Ordinal);

    /// <summary>Looks at the topics that have not been found yet.</summary>
    /// <exception cref="KafkaProblemException">A topic does not exist or may not be read, or Kafka does not answer.</exception>
    public async Task LookAsync()
    {
        KafkaProblemException? missing = null;
        foreach (var topic in topics.Where(topic => !_present.Contains(topic)))
        {
            try
            {
                var map = await cluster.DescribeAsync([topic]);
                if (!_absent.Contains(topic))
                {
                    await TakeAsync(map);
                }

                _present.Add(topic);
            }
            catch (KafkaProblemException failure) when (failure.Problem.Type == "topic-not-found")
            {
                // Once it exists, all of it is new.
                _absent.Add(topic);
                missing ??= failure;
            }
        }

        if (missing is not null)
        {
            throw new KafkaProblemException(missing.Problem, missing);
        }
    }

    /// <summary>Gets where to start; partitions that were not there are read from their beginning.</summary>
    public long Of(TopicPartition partition) => _offsets.GetValueOrDefault(partition);

    private async Task TakeAsync(PartitionMap map)
    {
        var offsets = await cluster.ListOffsetsAsync(map, reset == KafkaAutoOffsetReset.Latest ? OffsetSpec.Latest() : OffsetSpec.Earliest());
        for (var index = 0; index < offsets.Length; index++)
        {
            _offsets[new TopicPartition(map.TopicOf(index), map.PartitionOf(index))] = offsets[index];
        }
    }
}
