using KafkaConsume.Yarp;
using KafkaConsume.Yarp.Benchmarks;
using KafkaConsume.Yarp.Formatting;

var output = Console.Out;
if (args is ["consume", var servers, .. var only])
{
    using var consuming = new ConsumeBenchmark(servers, records: 1_000_000, rounds: 9);
    output.WriteLine("| reading a record of 100 B | us of CPU, median of 9 | range | in user mode | bytes allocated |");
    output.WriteLine("|---|---|---|---|---|");
    foreach (var measurement in consuming.Run(only))
    {
        output.WriteLine(measurement.ToRow());
    }

    return;
}

if (args is ["huge", var kafka, var size, .. var rest])
{
    output.WriteLine(HugeRecord.Run(kafka, isPortable: rest is ["portable"], int.Parse(size, System.Globalization.CultureInfo.InvariantCulture)));
    return;
}

output.WriteLine("| operation | ns of CPU, median of 9 | range | bytes allocated |");
output.WriteLine("|---|---|---|---|");
using (var json = new TailBenchmark(FramingKind.ServerSentEvents, readers: 1000, valueBytes: 100, KafkaMessageDeserializer.Json))
{
    output.WriteLine(json.Append().ToRow());
}

foreach (var kind in new[] { FramingKind.ServerSentEvents, FramingKind.WebSocket, FramingKind.Json })
{
    foreach (var valueBytes in new[] { 100, 1024 })
    {
        using var tail = new TailBenchmark(kind, readers: 1000, valueBytes);
        output.WriteLine(tail.Append().ToRow());
        output.WriteLine(tail.Read().ToRow());
    }
}
