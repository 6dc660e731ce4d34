namespace KafkaConsume.Yarp.Benchmarks;

/// <summary>What one operation takes of the CPU: the median of several rounds after one that does not count, and the range.</summary>
internal sealed record Measurement(string Name, double Median, double Lowest, double Highest, double BytesAllocated)
{
    private const int Rounds = 9;

    /// <summary>What is run at once is short of the time that the compiler takes to get the code as fast as it will be.</summary>
    private const int MinOperations = 500_000;

    public static Measurement Of(string name, int operations, Action run)
    {
        var turns = 1 + (MinOperations / operations);
        Run(run, turns);
        var nanoseconds = new double[Rounds];
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Environment.CpuUsage.TotalTime;
            Run(run, turns);
            nanoseconds[round] = (Environment.CpuUsage.TotalTime - started).TotalNanoseconds / operations / turns;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Array.Sort(nanoseconds);
        return new Measurement(name, nanoseconds[Rounds / 2], nanoseconds[0], nanoseconds[^1], (double)allocated / operations / turns / Rounds);
    }

    public string ToRow() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"| {Name} | {Median:0.0} | {Lowest:0.0} to {Highest:0.0} | {BytesAllocated:0.00} |");

    private static void Run(Action run, int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            run();
        }
    }
}
