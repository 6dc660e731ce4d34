namespace KafkaConsume.Yarp.Benchmarks;

/// <summary>What one record takes of the whole process' CPU, librdkafka's threads included, and what it leaves to the garbage collector.</summary>
internal sealed record CpuMeasurement(string Name, double Median, double Lowest, double Highest, double MedianInUserMode, double BytesAllocated)
{
    /// <summary>Measures several ways in turn, round after round, so that what else the machine does meets all of them alike.</summary>
    public static IEnumerable<CpuMeasurement> Of(int rounds, params (string Name, Func<long> Run)[] ways)
    {
        var microseconds = new double[ways.Length, rounds];
        var inUserMode = new double[ways.Length, rounds];
        var allocated = new double[ways.Length];
        for (var round = -1; round < rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var (bytes, before) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage);
                var count = ways[way].Run();
                if (round >= 0)
                {
                    var after = Environment.CpuUsage;
                    microseconds[way, round] = (after.TotalTime - before.TotalTime).TotalMicroseconds / count;
                    inUserMode[way, round] = (after.UserTime - before.UserTime).TotalMicroseconds / count;
                    allocated[way] += (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / count / rounds;
                }
            }
        }

        for (var way = 0; way < ways.Length; way++)
        {
            var sorted = Sorted(microseconds, way);
            yield return new CpuMeasurement(
                ways[way].Name, sorted[rounds / 2], sorted[0], sorted[^1], Sorted(inUserMode, way)[rounds / 2], allocated[way]);
        }
    }

    public string ToRow() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"| {Name} | {Median:0.000} | {Lowest:0.000} to {Highest:0.000} | {MedianInUserMode:0.000} | {BytesAllocated:0.0} |");

    private static double[] Sorted(double[,] values, int row) => [.. Enumerable.Range(0, values.GetLength(1)).Select(column => values[row, column]).Order()];
}
