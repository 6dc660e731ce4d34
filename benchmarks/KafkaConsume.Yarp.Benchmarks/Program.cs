using KafkaConsume.Yarp;
using KafkaConsume.Yarp.Benchmarks;
using KafkaConsume.Yarp.Formatting;

var output = Console.Out;
output.WriteLine("| operation | ns, median of 5 | range | bytes allocated |");
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
