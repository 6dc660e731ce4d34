using System.Diagnostics;

namespace KafkaConsume.Yarp.Benchmarks;

/// <summary>What one operation takes: the median of several rounds after one that does not count, and the range.</summary>
internal sealed record Measurement(string Name, double Median, double Lowest, double Highest, double BytesAllocated)
{
    private const int Rounds = 5;

    public static Measurement Of(string name, int operations, Action run)
    {
        run();
        var nanoseconds = new double[Rounds];
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            run();
            nanoseconds[round] = Stopwatch.GetElapsedTime(started).TotalNanoseconds / operations;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Array.Sort(nanoseconds);
        return new Measurement(name, nanoseconds[Rounds / 2], nanoseconds[0], nanoseconds[^1], (double)allocated / operations / Rounds);
    }

    public string ToRow() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"| {Name} | {Median:0.0} | {Lowest:0.0} to {Highest:0.0} | {BytesAllocated:0.00} |");
}
