using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Asks again and again what the topics are, without waiting for the answer.</summary>
internal sealed class TopicWatch(KafkaCluster cluster, IReadOnlyList<string> topics, TimeSpan interval, TimeProvider time)
{
    private long _asked = time.GetTimestamp();
    private Task<PartitionMap>? _question;

    /// <summary>Asks if it is time to; gives the answer, once, when it is there.</summary>
    public Task<PartitionMap>? TakeAnswer()
    {
        if (time.GetElapsedTime(_asked) > interval)
        {
            _asked = time.GetTimestamp();
            _question = cluster.DescribeAsync(topics);
        }

        var answer = _question is { IsCompleted: true } ? _question : null;
        _question = answer is null ? _question : null;
        return answer;
    }
}
