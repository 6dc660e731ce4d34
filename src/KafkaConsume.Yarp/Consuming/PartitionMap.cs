using System.Collections.Frozen;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>The partitions of a set of topics in one fixed order, so that a position in each of them is an array of numbers.</summary>
internal sealed class PartitionMap
{
    private readonly TopicPartitions[] _topics;
    private readonly TopicIdentity[] _identities;
    private readonly FrozenDictionary<string, int> _topicsByName;
    private readonly int[] _firstIndex;
    private readonly int[] _topicOfIndex;

    /// <summary>Initializes a new instance of the <see cref="PartitionMap"/> class.</summary>
    /// <param name="topics">The topics in ordinal order of their names, each once.</param>
    /// <exception cref="ArgumentException">There is no topic, the order is another, or a partition count is negative.</exception>
    public PartitionMap(IReadOnlyList<TopicPartitions> topics)
    {
        if (topics.Count == 0)
        {
            throw new ArgumentException("There is no topic.", nameof(topics));
        }

        _topics = [.. topics];
        _identities = new TopicIdentity[_topics.Length];
        _firstIndex = new int[_topics.Length];
        for (var i = 0; i < _topics.Length; i++)
        {
            var topic = _topics[i];
            if (topic.PartitionCount < 0 || (i > 0 && string.CompareOrdinal(_topics[i - 1].Name, topic.Name) >= 0))
            {
                throw new ArgumentException("Topics come in ordinal order, each once, with a partition count.", nameof(topics));
            }

            _identities[i] = TopicIdentity.Of(topic);
            _firstIndex[i] = Count;
            Count = checked(Count + topic.PartitionCount);
        }

        _topicOfIndex = new int[Count];
        for (var i = 0; i < _topics.Length; i++)
        {
            _topicOfIndex.AsSpan(_firstIndex[i], _topics[i].PartitionCount).Fill(i);
        }

        _topicsByName = _topics.Select((topic, i) => KeyValuePair.Create(topic.Name, i)).ToFrozenDictionary(StringComparer.Ordinal);
        Seed = TopicIdentity.Combine(_identities);
    }

    /// <summary>Gets the topics in ordinal order.</summary>
    public IReadOnlyList<TopicPartitions> Topics => _topics;

    /// <summary>Gets the number of partitions of all topics.</summary>
    public int Count { get; }

    /// <summary>Gets what a cursor says of each topic, in the order of <see cref="Topics"/>.</summary>
    public ReadOnlySpan<TopicIdentity> Identities => _identities;

    /// <summary>Gets a number that differs between sets of topics: the start value of a cursor's checksum.</summary>
    public uint Seed { get; }

    public (string Topic, int Partition) this[int index] => (TopicOf(index), PartitionOf(index));

    /// <summary>Gets the topic of the partition at an index.</summary>
    public string TopicOf(int index) => _topics[_topicOfIndex[index]].Name;

    /// <summary>Gets the partition's number within its topic.</summary>
    public int PartitionOf(int index) => index - _firstIndex[_topicOfIndex[index]];

    /// <summary>Gets the index of a partition, or -1 if the map does not have it.</summary>
    public int IndexOf(string topic, int partition)
    {
        // One topic is the common case, and most callers hand in the very string of the map.
        var i = ReferenceEquals(topic, _topics[0].Name) ? 0
            : _topics.Length == 1 ? (string.Equals(topic, _topics[0].Name, StringComparison.Ordinal) ? 0 : -1)
            : _topicsByName.GetValueOrDefault(topic, -1);
        return i >= 0 && (uint)partition < (uint)_topics[i].PartitionCount ? _firstIndex[i] + partition : -1;
    }
}
