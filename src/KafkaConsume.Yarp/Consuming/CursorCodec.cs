using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>
/// Cursors as text: the next offset of every partition of a map, and the identity of its topics, in base64url. The bytes are the
/// version, then for each topic the hash of its name and of its id, its partition count and the offsets as differences, then a checksum.
/// </summary>
internal static class CursorCodec
{
    /// <summary>The longest text that <see cref="Decode"/> reads.</summary>
    public const int MaxCharacters = 8192;

    internal const byte Version = 1;
    internal const int ChecksumSize = sizeof(uint);

    /// <summary>Gets the length of the longest cursor that a map can have.</summary>
    public static int GetMaxLength(PartitionMap map) => Base64Url.GetEncodedLength(
        1 + (map.Topics.Count * ((2 * sizeof(uint)) + VarInt.MaxSize)) + (map.Count * VarInt.MaxSize) + ChecksumSize);

    /// <summary>Writes a cursor as ASCII and returns its length.</summary>
    /// <param name="map">The partitions.</param>
    /// <param name="positions">The next offset of each partition by its index in the map, none of them negative.</param>
    /// <param name="utf8Destination">At least <see cref="GetMaxLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The positions are not those of the map, or the destination is too small.</exception>
    public static int Encode(PartitionMap map, ReadOnlySpan<long> positions, Span<byte> utf8Destination)
    {
        if (positions.Length != map.Count)
        {
            throw new ArgumentException("There must be a position for each partition.", nameof(positions));
        }

        if (utf8Destination.Length < GetMaxLength(map))
        {
            throw new ArgumentException("There must be room for the longest cursor.", nameof(utf8Destination));
        }

        var size = WriteBytes(map, positions, utf8Destination);
        Base64Url.TryEncodeToUtf8InPlace(utf8Destination, size, out var length);
        return length;
    }

    /// <summary>Makes a cursor of the next offset of each partition.</summary>
    public static string Encode(PartitionMap map, ReadOnlySpan<long> positions)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(GetMaxLength(map));
        try
        {
            return System.Text.Encoding.ASCII.GetString(buffer.AsSpan(0, Encode(map, positions, buffer)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a cursor; each cursor has exactly one spelling, and every other text is refused.</summary>
    public static CursorResult Decode(PartitionMap map, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return CursorResult.Invalid("The cursor is empty.");
        }

        if (text.Length > MaxCharacters)
        {
            return CursorResult.Invalid("The cursor is too long.");
        }

        return CursorText.TryDecode(text, out var bytes) ? new CursorReader(map, bytes).Read() : CursorResult.Invalid("The cursor is not base64url.");
    }

    /// <summary>Computes what the last four bytes of a cursor are.</summary>
    internal static uint Checksum(uint seed, ReadOnlySpan<byte> bytes)
    {
        var crc = ~seed;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    private static int WriteBytes(PartitionMap map, ReadOnlySpan<long> positions, Span<byte> destination)
    {
        destination[0] = Version;
        var size = 1;
        for (var i = 0; i < map.Topics.Count; i++)
        {
            var identity = map.Identities[i];
            BinaryPrimitives.WriteUInt32LittleEndian(destination[size..], identity.Name);
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(size + sizeof(uint))..], identity.Id);
            size += 2 * sizeof(uint);

            var count = map.Topics[i].PartitionCount;
            size += VarInt.Write((ulong)count, destination[size..]);
            var previous = 0L;
            foreach (var position in positions[..count])
            {
                ArgumentOutOfRangeException.ThrowIfNegative(position, nameof(positions));
                size += VarInt.Write(VarInt.ZigZag(position - previous), destination[size..]);
                previous = position;
            }

            positions = positions[count..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(destination[size..], Checksum(map.Seed, destination[..size]));
        return size + ChecksumSize;
    }
}
