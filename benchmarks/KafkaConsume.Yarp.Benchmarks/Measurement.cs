using System.Diagnostics;

namespace KafkaConsume.Yarp.Benchmarks;

/// <summary>What one operation takes: the median of several rounds after some that do not count, and the range.</summary>
internal sealed record Measurement(string Name, double Median, double Lowest, double Highest, double BytesAllocated)
{
    private const int Rounds = 5;

    // Code is compiled anew, and better, some time after it was first used.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);

    public static Measurement Of(string name, int operations, Action run)
    {
        Repeat(run, WarmUp);
        var nanoseconds = new double[Rounds];
        var runs = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var (count, elapsed) = Repeat(run, Round);
            nanoseconds[round] = elapsed.TotalNanoseconds / operations / count;
            runs += count;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Array.Sort(nanoseconds);
        return new Measurement(name, nanoseconds[Rounds / 2], nanoseconds[0], nanoseconds[^1], (double)allocated / operations / runs);
    }

    private static (int Count, TimeSpan Elapsed) Repeat(Action run, TimeSpan least)
    {
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        do
        {
            run();
            count++;
        }
        while (Stopwatch.GetElapsedTime(started) < least);
        return (count, Stopwatch.GetElapsedTime(started));
    }

    public string ToRow() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"| {Name} | {Median:0.0} | {Lowest:0.0} to {Highest:0.0} | {BytesAllocated:0.00} |");
}
