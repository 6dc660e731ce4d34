using System.Runtime.InteropServices;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>What is wrong with one connection through a <see cref="FaultProxy"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ConnectionFaults()
{
    /// <summary>Gets how long each piece is on its way.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Gets the most bytes of a piece.</summary>
    public int Slice { get; init; } = int.MaxValue;

    /// <summary>Gets how many bytes pass before the connection fails.</summary>
    public long FailsAfter { get; init; } = long.MaxValue;

    /// <summary>Gets a value indicating whether bytes that go to the server are counted, instead of those that come from it.</summary>
    public bool FailsUpstream { get; init; }

    /// <summary>Gets for how long everything vanishes when the connection fails, before it is reset.</summary>
    public TimeSpan Hole { get; init; }

    /// <summary>Gets what is wrong by chance; with most connections it is nothing.</summary>
    /// <param name="random">The chance.</param>
    /// <param name="bytes">About how many bytes the longer ones of the connections see.</param>
    public static ConnectionFaults Draw(Random random, int bytes) => random.Next(10) switch
    {
        < 4 => new ConnectionFaults(),
        4 => new ConnectionFaults { Latency = TimeSpan.FromMilliseconds(random.Next(1, 40)) },
        5 => new ConnectionFaults { Slice = random.Next(1, 2_000) },
        6 => new ConnectionFaults { Slice = random.Next(200, 4_000), Latency = TimeSpan.FromMilliseconds(random.Next(1, 4)) },
        7 => new ConnectionFaults { FailsAfter = 1 + (long)(Math.Pow(random.NextDouble(), 3) * bytes), Slice = random.Next(100, 16_000) },
        8 => new ConnectionFaults { FailsAfter = 1 + (long)(Math.Pow(random.NextDouble(), 3) * bytes), FailsUpstream = true },
        _ => new ConnectionFaults
        {
            FailsAfter = 1 + (long)(Math.Pow(random.NextDouble(), 2) * bytes),
            FailsUpstream = random.Next(2) == 0,
            Hole = TimeSpan.FromMilliseconds(random.Next(200, 4_000)),
        },
    };
}
