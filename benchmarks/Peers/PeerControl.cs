using System.Globalization;
using System.Runtime;

namespace Peers;

/// <summary>
/// How the harness talks to a peer: a line in, a line out. The peer ends with its input, so that none outlives the harness.
/// </summary>
internal static class PeerControl
{
    /// <summary>Runs until the input ends.</summary>
    /// <param name="port">Where the peer listens; 0 where it does not.</param>
    /// <param name="answer">Answers what only this peer knows.</param>
    public static void Run(int port, Func<string, string>? answer = null)
    {
        Console.Out.WriteLine($"ready {port}");
        while (Console.In.ReadLine() is { } line)
        {
            Console.Out.WriteLine(line is "stats" or "collect" ? Memory(line == "collect") : answer!(line));
        }
    }

    private static string Memory(bool isCollected)
    {
        if (isCollected)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)} {GC.GetTotalMemory(forceFullCollection: false)} {JitInfo.GetCompiledMethodCount(currentThread: false)}");
    }
}
