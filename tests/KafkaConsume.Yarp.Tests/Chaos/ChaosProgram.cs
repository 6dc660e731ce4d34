using System.Globalization;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Chaos on Apache Kafka by the command line: the test program with other arguments. <c>eng/chaos.sh</c> says which.</summary>
internal static class ChaosProgram
{
    public const string Command = "chaos";

    private static readonly string[] Protocols = ["consumer", "classic"];

    /// <returns>The exit code: 0 when nothing was violated.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var line = new ProgramArguments(arguments, "--seeds", "--records", "--storm", "--protocol");
        var (first, last) = line.Text("--seeds", "1-5").Split('-') is [var from, .. var to] ? (Number(from), to is [var end] ? Number(end) : Number(from)) : (1, 5);
        var records = (int)line.Number("--records", 20_000);
        var storm = line.Number("--storm", Math.Max(40, records / 4_000));
        var chosen = line.Text("--protocol", "both");
        await using var output = ProgramArguments.OpenOutput();
        var results = new List<ChaosResult>();
        var broken = 0;
        foreach (var seed in Enumerable.Range(first, last - first + 1))
        {
            var protocol = chosen == "both" ? Protocols[seed % 2] : chosen;
            var plan = new ChaosPlan { Seed = seed, Records = records, Storm = TimeSpan.FromSeconds(storm), Calm = TimeSpan.FromSeconds(120 + (records / 2_000)) };
            try
            {
                await using var cluster = await RealCluster.StartAsync(seed);
                await using var scene = await RealScene.StartAsync(cluster, plan, protocol);
                var result = await ChaosRun.RunAsync(scene, plan);
                results.Add(result with { History = [] }); // Millions of events.
                await output.WriteLineAsync($"{result}, {protocol}");
                if (result.Violations.Count > 0)
                {
                    await output.WriteLineAsync(string.Join('\n', result.Violations.Take(10).Select(violation => "  " + violation)));
                    await output.WriteLineAsync($"  {await ChaosRun.WriteAsync(scene, result)}");
                }
            }
            catch (Exception failure)
            {
                broken++;
                await output.WriteLineAsync($"{plan}, {protocol}: could not be run: {failure}");
            }
        }

        var violations = results.Sum(result => result.Violations.Count);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{results.Count} runs, {(long)results.Count * records} records, {violations} violations: {Sum("I1", "I4")} lost, {Sum("I2")} out of order, {Sum("I3")} commits ahead, {Sum("I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12")} others; {broken} could not be run"));
        return violations == 0 && broken == 0 ? 0 : 1;

        int Sum(params string[] invariants) => results.Sum(result => result.Count(invariants));
    }

    private static int Number(string text) => (int)ProgramArguments.Number(text);
}
