using System.Buffers.Binary;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>Reads the bytes of one cursor against a map.</summary>
internal ref struct CursorReader(PartitionMap map, ReadOnlySpan<byte> bytes)
{
    private static readonly CursorResult Damaged = CursorResult.Invalid("The cursor is damaged.");
    private static readonly CursorResult OtherTopics = CursorResult.Invalid("The cursor is one of other topics.");
    private static readonly CursorResult OtherPartitions = CursorResult.Invalid("The cursor names partitions that do not exist.");
    private static readonly CursorResult OtherVersion = CursorResult.Invalid("The cursor is of an unknown version.");

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly long[] _positions = new long[map.Count];
    private readonly List<string> _recreatedTopics = [];
    private readonly List<int> _newPartitions = [];
    private ReadOnlySpan<byte> _rest = bytes;
    private int _index;

    public CursorResult Read()
    {
        if (_rest[0] != CursorCodec.Version)
        {
            return OtherVersion;
        }

        if (_rest.Length <= CursorCodec.ChecksumSize)
        {
            return Damaged;
        }

        _rest = _rest[1..^CursorCodec.ChecksumSize];
        for (var i = 0; i < map.Topics.Count; i++)
        {
            if (ReadTopic(map.Topics[i], map.Identities[i]) is { } refusal)
            {
                return refusal;
            }
        }

        // Last, although it says the most: what was found before makes the better message.
        return _rest.IsEmpty && HasChecksum() ? CursorResult.Valid(_positions, _recreatedTopics, _newPartitions) : Damaged;
    }

    private readonly bool HasChecksum()
    {
        var covered = _bytes[..^CursorCodec.ChecksumSize];
        return BinaryPrimitives.ReadUInt32LittleEndian(_bytes[covered.Length..]) == CursorCodec.Checksum(map.Seed, covered);
    }

    private CursorResult? ReadTopic(TopicPartitions topic, TopicIdentity identity)
    {
        if (_rest.Length < 2 * sizeof(uint))
        {
            return OtherTopics;
        }

        var found = new TopicIdentity(BinaryPrimitives.ReadUInt32LittleEndian(_rest), BinaryPrimitives.ReadUInt32LittleEndian(_rest[sizeof(uint)..]));
        if (found.Name != identity.Name)
        {
            return OtherTopics;
        }

        _rest = _rest[(2 * sizeof(uint))..];
        var isRecreated = !found.MayBe(identity);
        if (isRecreated)
        {
            _recreatedTopics.Add(topic.Name);
        }

        // Each offset takes a byte at least, so a count that is larger than what is left is a lie.
        if (!VarInt.TryRead(ref _rest, out var count) || count > (ulong)_rest.Length)
        {
            return Damaged;
        }

        // The topic that was deleted may have had more partitions than its successor.
        if (count > (ulong)topic.PartitionCount && !isRecreated)
        {
            return OtherPartitions;
        }

        return ReadOffsets((int)count, topic.PartitionCount) ? null : Damaged;
    }

    private bool ReadOffsets(int count, int expected)
    {
        var offset = 0L;
        for (var i = 0; i < count; i++)
        {
            if (!VarInt.TryRead(ref _rest, out var difference))
            {
                return false;
            }

            // From an offset that is not negative, an overflow can only end below zero.
            offset = unchecked(offset + VarInt.UnZigZag(difference));
            if (offset < 0)
            {
                return false;
            }

            if (i < expected)
            {
                _positions[_index++] = offset;
            }
        }

        for (var i = count; i < expected; i++)
        {
            _newPartitions.Add(_index);
            _positions[_index++] = -1;
        }

        return true;
    }
}
