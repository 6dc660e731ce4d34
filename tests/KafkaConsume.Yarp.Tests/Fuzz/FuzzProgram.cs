using System.Globalization;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Millions of inputs by the command line: the test program with other arguments. <c>eng/fuzz.sh</c> says which.</summary>
internal static class FuzzProgram
{
    public const string Command = "fuzz";

    private const long Piece = 50_000;

    /// <returns>The exit code: 0 when no input failed.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        await using var output = ProgramArguments.OpenOutput();
        var line = new ProgramArguments(arguments, "--seed", "--inputs", "--only", "--threads");
        var seed = line.Number("--seed", 1);
        var inputs = line.Number("--inputs", 10_000_000);
        var targets = FuzzRun.Targets.Select(create => (Create: create, Report: new FuzzReport(create().Name), create().Name)).ToList();
        var (first, each) = (0L, inputs / targets.Count);
        if (line.Text("--only", "").Split(':') is [{ Length: > 0 } only, .. var numbers])
        {
            targets.RemoveAll(target => target.Name != only);
            (first, each) = numbers is [var number] ? (ProgramArguments.Number(number), 1L) : (0L, inputs);
        }

        var started = TimeProvider.System.GetTimestamp();
        var pieces = targets.SelectMany(target => Enumerable.Range(0, (int)((each + Piece - 1) / Piece)), (target, piece) => (target, piece));
        var threads = new ParallelOptions { MaxDegreeOfParallelism = (int)line.Number("--threads", 1) };
        Parallel.ForEach(pieces, threads, work => work.target.Report.Add(
            FuzzRun.Run(work.target.Create(), seed, first + (work.piece * Piece), Math.Min(Piece, each - (work.piece * Piece)))));
        foreach (var (_, report, _) in targets)
        {
            await output.WriteLineAsync($"{report}");
            foreach (var failure in report.Failures)
            {
                await output.WriteLineAsync($"  {failure}");
            }
        }

        var failed = targets.Sum(target => target.Report.Failed);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed}: {targets.Sum(target => target.Report.Inputs)} inputs, {failed} failed, in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s"));
        return failed == 0 && targets.Count > 0 ? 0 : 1;
    }
}
