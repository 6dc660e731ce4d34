using System.Globalization;
using KafkaConsume.Embedded;

namespace Harness.Kafka;

/// <summary>
/// The embedded cluster and a producer, in a process of their own that obeys lines on its input: what they cost is not the server's, and
/// not the clients'.
/// </summary>
internal static class KafkaProcess
{
    /// <summary>Runs until the input ends. Where there are brokers, only the producer is made.</summary>
    public static void Run(string? brokers)
    {
        using var kafka = brokers is null ? EmbeddedKafka.Start() : null;
        using var producer = new RecordProducer(brokers ?? kafka!.BootstrapServers);
        Console.Out.WriteLine(brokers ?? kafka!.BootstrapServers);
        while (Console.In.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "topic":
                    kafka!.CreateTopic(words[1]);
                    Console.Out.WriteLine("ok");
                    break;
                case "paced":
                    producer.Begin(() => producer.Pace(words[1], Number(words[2]), Number(words[3]), Number(words[4]), Number(words[5])));
                    break;
                case "window":
                    producer.Begin(() => producer.Fill(words[1], Number(words[2]), Number(words[3]), Number(words[4])));
                    break;
                case "ack":
                    producer.Acknowledge(long.Parse(words[1], CultureInfo.InvariantCulture));
                    break;
                case "stop":
                    producer.Stop();
                    break;
                default:
                    throw new InvalidOperationException($"'{line}' is not known.");
            }
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
