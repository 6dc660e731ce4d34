using System.Runtime.InteropServices;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>What a cursor says of a topic: short hashes of its name and of its id.</summary>
/// <param name="Name">The hash of the topic's name.</param>
/// <param name="Id">The hash of the topic's id; 0 when the id is not known.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TopicIdentity(uint Name, uint Id)
{
    private const uint OffsetBasis = 2166136261;
    private const uint Prime = 16777619;

    public static TopicIdentity Of(TopicPartitions topic)
    {
        var name = OffsetBasis;
        foreach (var c in topic.Name)
        {
            name = Add(Add(name, (byte)c), (byte)(c >> 8));
        }

        if (topic.Id == Guid.Empty)
        {
            return new TopicIdentity(name, 0);
        }

        Span<byte> bytes = stackalloc byte[16];
        topic.Id.TryWriteBytes(bytes);
        var id = OffsetBasis;
        foreach (var b in bytes)
        {
            id = Add(id, b);
        }

        // 0 is taken: it means unknown.
        return new TopicIdentity(name, Math.Max(id, 1));
    }

    /// <summary>Makes one number of the names of several topics; their ids have no part in it.</summary>
    public static uint Combine(ReadOnlySpan<TopicIdentity> topics)
    {
        var hash = OffsetBasis;
        foreach (var topic in topics)
        {
            for (var shift = 0; shift < 32; shift += 8)
            {
                hash = Add(hash, (byte)(topic.Name >> shift));
            }
        }

        return hash;
    }

    /// <summary>Tells whether this may be the same incarnation of the topic; what is unknown may be anything.</summary>
    public bool MayBe(TopicIdentity other) => Name == other.Name && (Id == other.Id || Id == 0 || other.Id == 0);

    private static uint Add(uint hash, byte value) => unchecked((hash ^ value) * Prime);
}
