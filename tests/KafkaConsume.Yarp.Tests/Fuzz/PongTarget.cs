using System.Buffers.Binary;
using KafkaConsume.Yarp.Transports;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>What a client sends, as the search for its pongs sees it: where <c>CommitStrategy</c> is <c>auto</c>, they are what records are committed for.</summary>
internal sealed class PongTarget : IFuzzTarget
{
    private long _sent;
    private int _piece;

    public string Name => "pongs";

    public long FixedBytes => 4 * 1024;

    public long BytesPerByte => 0;

    public byte[] Generate(FuzzRandom random)
    {
        _sent = random.Below(5);
        _piece = 1 + random.Below(40);
        return WireBytes.Next(random, () => random.Bytes(random.Below(12)));
    }

    public string Run(byte[] input, out long allocated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (whole, pieces) = (new PongReader(), new PongReader());
        whole.Read(input, _sent);
        for (var at = 0; at < input.Length; at += _piece)
        {
            pieces.Read(input.AsSpan(at, Math.Min(_piece, input.Length - at)), _sent);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var expected = Last(input);
        FuzzFailureException.ThrowUnless(
            whole.Last == expected && pieces.Last == expected, $"{whole.Last} is said to have arrived, {pieces.Last} in pieces of {_piece}, and not {expected} of {_sent}.");
        return expected == 0 ? "nothing has arrived" : "something has arrived";
    }

    /// <summary>Reads the frames as they stand in RFC 6455.</summary>
    private long Last(ReadOnlySpan<byte> rest)
    {
        var last = 0L;
        while (rest.Length >= 2)
        {
            var (isMasked, length, header) = ((rest[1] & 0x80) != 0, (ulong)(rest[1] & 0x7F), 2);
            if (length >= 126)
            {
                header += length == 126 ? 2 : 8;
                if (rest.Length < header)
                {
                    break;
                }

                length = length == 126 ? BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) : BinaryPrimitives.ReadUInt64BigEndian(rest[2..]);
            }

            header += isMasked ? 4 : 0;
            if (rest.Length < header || (ulong)(rest.Length - header) < length)
            {
                break;
            }

            if ((rest[0] & 0xF) == 0xA && length == sizeof(long))
            {
                var number = 0L;
                for (var index = 0; index < sizeof(long); index++)
                {
                    number = (number << 8) | (byte)(rest[header + index] ^ (isMasked ? rest[header - 4 + (index % 4)] : 0));
                }

                last = number > last && number <= _sent ? number : last;
            }

            rest = rest[(header + (int)length)..];
        }

        return last;
    }
}
