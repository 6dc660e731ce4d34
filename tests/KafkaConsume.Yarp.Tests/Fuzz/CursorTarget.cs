using System.Text;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>A cursor, however it came: it is refused, or says a position for each partition.</summary>
internal sealed class CursorTarget : IFuzzTarget
{
    private static readonly char[] Characters = [.. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ +/=\n\u007f"];

    private PartitionMap _map = null!;
    private bool _isDamaged;

    public string Name => "cursors";

    public long FixedBytes => 4 * 1024;

    public long BytesPerByte => 8;

    public byte[] Generate(FuzzRandom random)
    {
        _map = CursorTexts.Map(random);
        _isDamaged = random.OneIn(4);
        if (!_isDamaged)
        {
            return Encoding.UTF8.GetBytes(CursorTexts.Next(random, _map));
        }

        // A checksum of 32 bits finds every change of one character, which is a change of at most six bits in a row.
        var bytes = Encoding.UTF8.GetBytes(CursorTexts.Valid(random, _map));
        var at = random.Below(bytes.Length);
        var other = (byte)random.Pick(Characters);
        bytes[at] = other == bytes[at] ? (byte)'*' : other;
        return bytes;
    }

    public string Run(byte[] input, out long allocated)
    {
        var text = Encoding.UTF8.GetString(input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = CursorCodec.Decode(_map, text);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (!result.IsValid)
        {
            FuzzFailureException.ThrowUnless(result.Error.StartsWith("The cursor", StringComparison.Ordinal), result.Error);
            return result.Error;
        }

        FuzzFailureException.ThrowUnless(!_isDamaged, "A character was changed, and nobody noticed.");
        FuzzFailureException.ThrowUnless(text.Length <= CursorCodec.MaxCharacters, "It is too long.");
        FuzzFailureException.ThrowUnless(result.Positions.Length == _map.Count, "It has other partitions.");
        for (var index = 0; index < result.Positions.Length; index++)
        {
            FuzzFailureException.ThrowUnless(result.Positions[index] >= (result.NewPartitions.Contains(index) ? -1 : 0), "A position is negative.");
        }

        long[] known = [.. result.Positions.Select(static position => Math.Max(0, position))];
        var again = CursorCodec.Decode(_map, CursorCodec.Encode(_map, known));
        FuzzFailureException.ThrowUnless(again.IsValid && again.Positions.AsSpan().SequenceEqual(known), "It does not come back as it was.");
        return result.RecreatedTopics.Count > 0 ? "a topic was made anew" : result.NewPartitions.Count > 0 ? "partitions were added" : "a cursor";
    }
}
