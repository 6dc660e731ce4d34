using System.Buffers.Binary;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>What a client sends behind the handshake of a WebSocket: frames as in RFC 6455, section 5, and not quite.</summary>
internal static class WireBytes
{
    private static readonly byte[] Clean = [0x1, 0x1, 0x1, 0x9, 0xA];
    private static readonly byte[] Opcodes = [0x1, 0x1, 0x1, 0x1, 0x1, 0x1, 0x0, 0x2, 0x8, 0x9, 0xA, 0xA, 0x3, 0xF];

    public static byte[] Next(FuzzRandom random, Func<byte[]> payload)
    {
        if (random.OneIn(40))
        {
            return random.Bytes(random.Below(200));
        }

        var isClean = random.OneIn(2);
        List<byte> bytes = [];
        for (var count = 1 + random.Below(random.OneIn(10) ? 40 : 6); count > 0; count--)
        {
            var opcode = isClean ? random.Pick(Clean) : random.Pick(Opcodes);
            var content = opcode == 0xA ? Pong(random) : payload();
            if (opcode == 0x1 && random.OneIn(6))
            {
                var cut = random.Below(content.Length + 1);
                bytes.AddRange(Frame(random, 0x1, content[..cut], isLast: false, isClean));
                bytes.AddRange(random.OneIn(4) ? Frame(random, 0x9, [1], isLast: true, isClean) : []);
                (opcode, content) = (0x0, content[cut..]);
            }

            bytes.AddRange(Frame(random, opcode, content, isLast: isClean || !random.OneIn(20), isClean));
        }

        return random.OneIn(2) ? [.. bytes] : ByteMutations.Apply(random, [.. bytes]);
    }

    private static byte[] Pong(FuzzRandom random)
    {
        var number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, random.Below(8) - 1);
        return random.OneIn(4) ? random.Bytes(random.Below(126)) : number;
    }

    private static byte[] Frame(FuzzRandom random, byte opcode, byte[] payload, bool isLast, bool isClean)
    {
        var mask = random.OneIn(3) ? new byte[4] : random.Bytes(4);
        var isMasked = isClean || !random.OneIn(60);
        var flags = (isLast ? 0x80 : 0) | (!isClean && random.OneIn(60) ? 0x40 >> random.Below(3) : 0);
        var length = !isClean && random.OneIn(60) ? random.Next() >> random.Below(64) : (ulong)payload.Length;
        var (size, extended) = length switch
        {
            < 126 when !random.OneIn(100) => ((byte)length, (byte[])[]),
            <= ushort.MaxValue => ((byte)126, [(byte)(length >> 8), (byte)length]),
            _ => ((byte)127, [.. Enumerable.Range(0, 8).Select(index => (byte)(length >> (56 - (8 * index))))]),
        };
        return isMasked
            ? [(byte)(flags | opcode), (byte)(0x80 | size), .. extended, .. mask, .. payload.Select((value, index) => (byte)(value ^ mask[index % 4]))]
            : [(byte)(flags | opcode), size, .. extended, .. payload];
    }
}
