using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Cursors: good ones, damaged ones, and ones of which only the checksum is right.</summary>
internal static class CursorTexts
{
    private static readonly PartitionMap[] Maps =
    [
        new([new TopicPartitions("orders", new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), 3)]),
        new([new TopicPartitions("orders", Guid.Empty, 1)]),
        new([new TopicPartitions("a", Guid.Empty, 0), new TopicPartitions("b", new Guid(9, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), 2), new TopicPartitions("orders", Guid.Empty, 40)]),
        new([new TopicPartitions("payments", new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), 3)]),
        new([new TopicPartitions("orders", new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 12]), 5)]),
    ];

    public static PartitionMap Map(FuzzRandom random) => random.Pick(Maps);

    /// <summary>Makes a cursor that the map would give.</summary>
    public static string Valid(FuzzRandom random, PartitionMap map) =>
        CursorCodec.Encode(map, [.. Enumerable.Range(0, map.Count).Select(_ => (long)(random.Next() >> (1 + random.Below(63))))]);

    /// <summary>Makes a text that is a cursor or much like one.</summary>
    public static string Next(FuzzRandom random, PartitionMap map) => random.Below(8) switch
    {
        0 => Valid(random, random.Pick(Maps)),
        1 or 2 => Forge(map, ByteMutations.Apply(random, Contents(random, map))),
        3 => Base64Url.EncodeToString(ByteMutations.Apply(random, Contents(random, map))),
        4 => Base64Url.EncodeToString(random.Bytes(random.OneIn(100) ? random.Below(7_000) : random.Below(80))),
        5 => string.Concat(Enumerable.Repeat(Valid(random, map), 1 + random.Below(random.OneIn(20) ? 400 : 3))),
        6 => Encoding.UTF8.GetString(ByteMutations.Apply(random, Encoding.UTF8.GetBytes(Valid(random, map)))),
        _ => Forge(map, [CursorCodec.Version, .. Contents(random, map)[1..9], .. random.Bytes(random.Below(40))]),
    };

    private static byte[] Contents(FuzzRandom random, PartitionMap map) => Base64Url.DecodeFromChars(Valid(random, map))[..^CursorCodec.ChecksumSize];

    private static string Forge(PartitionMap map, byte[] contents)
    {
        Span<byte> checksum = stackalloc byte[CursorCodec.ChecksumSize];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, CursorCodec.Checksum(map.Seed, contents));
        return Base64Url.EncodeToString([.. contents, .. checksum]);
    }
}
