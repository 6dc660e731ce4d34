using Harness;
using Harness.Kafka;
using Harness.Reporting;
using Harness.Running;

if (args is ["kafka", ..])
{
    KafkaProcess.Run(args.Length > 1 ? args[1] : null);
    return;
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (InvalidOperationException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    Environment.ExitCode = 2;
    return;
}

var results = new Results();
using (var lab = new Lab(options))
{
    var runner = new Runner(lab, measurement =>
    {
        results.Add(measurement);
        Console.Error.WriteLine(MarkdownReport.Line(measurement));
    });
    IEnumerable<Step> steps =
    [
        .. FanOut.Steps(options),
        .. IdleMemory.Steps(options),
        .. Allocations.Steps(options),
        .. FanOut.RealSteps(options),
        .. Consuming.Steps(options),
        .. ReadingAlone.Steps(options),
        .. CatchUp.Steps(options),
        .. GroupBatches.Steps(options),
        .. AckCost.Steps(options),
        .. GroupLatency.Steps(options),
    ];
    foreach (var step in steps)
    {
        runner.Run(step);
    }
}

var micro = options.Includes(MicroBenchmark.Name) ? MicroBenchmark.Run(options) : null;
var machine = Machine.Describe(options, TimeProvider.System);
if (options.KeepsOthers && File.Exists(options.ResultsFile))
{
    var earlier = JsonReport.Read(File.ReadAllText(options.ResultsFile));
    machine = machine.With(earlier.Machine, results.Add(earlier.Results));
    micro ??= earlier.Micro;
}

var tables = MarkdownReport.Write(results, machine, micro);
Directory.CreateDirectory(options.Results);
File.WriteAllText(Path.Combine(options.Results, "results.md"), tables);
File.WriteAllText(options.ResultsFile, JsonReport.Write(results, machine, micro));
Console.Out.Write(tables);
if (options.WritesPage)
{
    ResultsPage.Write(options.Page, tables);
}
