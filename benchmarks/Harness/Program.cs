using Harness;
using Harness.Kafka;
using Harness.Reporting;
using Harness.Running;

if (args is ["kafka", ..])
{
    KafkaProcess.Run(args.Length > 1 ? args[1] : null);
    return;
}

var options = BenchOptions.Parse(args);
using var kafka = new KafkaControl(options.OtherCores);
var measurements = new List<Measurement>();
foreach (var measurement in FanOut.Run(options, kafka).Concat(IdleMemory.Run(options, kafka)))
{
    measurements.Add(measurement);
    Console.Error.WriteLine(Report.Line(measurement));
}

var table = Report.Table(measurements);
Directory.CreateDirectory(options.Results);
File.WriteAllText(Path.Combine(options.Results, "results.md"), table);
File.WriteAllText(Path.Combine(options.Results, "results.json"), Report.Json(measurements));
Console.Out.Write(table);
