namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>
/// The dice of one input (SplitMix64). They depend on the seed, the target and the input's number alone, so that each input can be had again
/// without those before it, on any version of .NET.
/// </summary>
internal sealed class FuzzRandom
{
    private ulong _state;

    public FuzzRandom(long seed, string target, long number)
    {
        _state = (ulong)seed;
        foreach (var character in target)
        {
            _state = Next() ^ character;
        }

        _state = Next() ^ (ulong)number;
        Next();
    }

    public ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Gets a number from 0 up to, and without, another one.</summary>
    public int Below(int end) => (int)(Next() % (uint)end);

    public bool OneIn(int count) => Below(count) == 0;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var index = 0; index < count; index++)
        {
            bytes[index] = (byte)Next();
        }

        return bytes;
    }
}
