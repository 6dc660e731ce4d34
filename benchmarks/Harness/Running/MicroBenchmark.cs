using System.Diagnostics;
using System.Globalization;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>The benchmark without network, in its own process, and what it says of the one with Kafka.</summary>
internal static class MicroBenchmark
{
    private const string AppendRow = "append a record: ServerSentEvents of JSON, 100 B";
    private const double Limit = 1.3;
    private const double NanosecondsPerMicrosecond = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Runs it and gives its table; nothing when it failed.</summary>
    public static string? Run(BenchOptions options)
    {
        string[] command = ["dotnet", "exec", options.MicroAssembly];
        string[] whole = options.ServerCores is { } cores ? ["taskset", "-c", cores, .. command] : command;
        using var process = Process.Start(new ProcessStartInfo(whole[0], whole[1..]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (process.WaitForExit(Patience) && process.ExitCode == 0)
        {
            return output.GetAwaiter().GetResult();
        }

        process.Kill();
        return null;
    }

    /// <summary>Sets reading beside the loops once more, without the framing that only the library does.</summary>
    public static void AddConsumingAlone(Results results, string table)
    {
        // The quickest of its rounds, so that reading is not made to look cheaper than it is.
        var framing = table.Split('\n').FirstOrDefault(row => row.Contains(AppendRow, StringComparison.Ordinal))?.Split('|')[3].Split(" to ")[0];
        if (!double.TryParse(framing, CultureInfo.InvariantCulture, out var nanoseconds)
            || results.Cells.FirstOrDefault(cell => cell.Name == Consuming.WholeName) is not { } whole)
        {
            return;
        }

        var cell = new Cell(
            Section.Consuming,
            string.Create(CultureInfo.InvariantCulture, $"reading alone (without {nanoseconds:0} ns of framing), 100 B"),
            new Target("loop", Limit));
        foreach (var measurement in results.All.Where(measurement => measurement.Cell == whole).ToList())
        {
            var figures = new Dictionary<string, double>(measurement.Figures, StringComparer.Ordinal);
            if (measurement.Peer == "library" && figures.TryGetValue("microseconds", out var microseconds))
            {
                figures["microseconds"] = microseconds - (nanoseconds / NanosecondsPerMicrosecond);
                figures.Remove("perSecond");
                figures.Remove("allocated");
            }

            results.Add(measurement with { Cell = cell, Figures = figures });
        }
    }
}
