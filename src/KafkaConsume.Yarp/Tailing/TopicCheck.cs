using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Compares topics with what Kafka has. Whoever asks within a second shares one question.</summary>
internal sealed class TopicCheck(KafkaCluster cluster, IReadOnlyList<string> topics, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<PartitionMap>? _question;
    private long _asked;

    /// <summary>Says whether the topics are those of a map; while Kafka cannot be asked they are taken for the same.</summary>
    /// <exception cref="KafkaProblemException">A topic is gone, or may not be read any more.</exception>
    public async ValueTask<bool> AreSameAsync(PartitionMap map)
    {
        try
        {
            return (await Ask()).Topics.SequenceEqual(map.Topics);
        }
        catch (KafkaProblemException failure) when (failure.Problem.IsUnavailable)
        {
            return true;
        }
    }

    private Task<PartitionMap> Ask()
    {
        lock (_gate)
        {
            if (_question is null || (_question.IsCompleted && time.GetElapsedTime(_asked) > Freshness))
            {
                _asked = time.GetTimestamp();
                _question = cluster.DescribeAsync(topics);
            }

            return _question;
        }
    }
}
