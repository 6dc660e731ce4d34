using System.Collections.Concurrent;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>
/// The ids of the topics that a consumer reads. When a topic is made anew, librdkafka goes on in the new one at the offset that it had
/// in the old one; it says so in its log alone, before it fetches anything of the new one. Brokers before Kafka 2.8 tell no ids.
/// </summary>
internal sealed class TopicIds
{
    /// <summary>The part of librdkafka's log that has to be asked for.</summary>
    public const string Debug = "metadata";

    private const string Topic = "Topic ";
    private const string Changed = " changed id from ";
    private const string To = " to ";
    private const int IdBytes = 16;
    private const int IdCharacters = 22;

    private readonly ConcurrentDictionary<string, Guid> _ids = new(StringComparer.Ordinal);
    private int _changes;
    private PartitionMap? _map;
    private int _changesSeen;
    private bool _differs;

    /// <summary>Takes note of a line of the log: "[thrd:main]: Topic orders changed id from AAAAAAAAAAAAAAAAAAAAAA to KMr5oPNcT1CRJc3Y4Gc4xA".</summary>
    public void Note(string line)
    {
        var change = line.IndexOf(Changed, StringComparison.Ordinal);
        var topic = change < 0 ? -1 : line.IndexOf(Topic, 0, change, StringComparison.Ordinal);
        var to = change < 0 ? -1 : line.IndexOf(To, change + Changed.Length, StringComparison.Ordinal);
        if (topic >= 0 && to >= 0 && TryRead(line.AsSpan(to + To.Length), out var id))
        {
            _ids[line[(topic + Topic.Length)..change]] = id;
            Interlocked.Increment(ref _changes);
        }
    }

    /// <summary>
    /// Says whether the consumer reads another topic under the name of one of these. A record that has come is one of these topics if the
    /// answer is no after it has come. For one thread.
    /// </summary>
    public bool DifferFrom(PartitionMap map)
    {
        var changes = Volatile.Read(ref _changes);
        if (changes != _changesSeen || !ReferenceEquals(map, _map))
        {
            (_map, _changesSeen) = (map, changes);
            _differs = map.Topics.Any(topic =>
                topic.Id != Guid.Empty && _ids.TryGetValue(topic.Name, out var id) && id != Guid.Empty && id != topic.Id);
        }

        return _differs;
    }

    /// <summary>Reads an id as librdkafka writes it: in base 64, without the padding.</summary>
    private static bool TryRead(ReadOnlySpan<char> text, out Guid id)
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        var isId = text.Length == IdCharacters && Convert.TryFromBase64String($"{text}==", bytes, out var length) && length == IdBytes;
        id = isId ? new Guid(bytes, bigEndian: true) : default;
        return isId;
    }
}
