using System.Globalization;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;

namespace Harness.Kafka;

/// <summary>
/// The embedded cluster and a producer, in a process of their own that obeys lines on its input: what they cost is not the server's, and
/// not the clients'.
/// </summary>
internal static class KafkaProcess
{
    /// <summary>Runs until the input ends. Where there are brokers, only the producer is made.</summary>
    public static void Run(string? given)
    {
        using var embedded = given is null ? EmbeddedKafka.Start() : null;
        var brokers = given ?? embedded!.BootstrapServers;
        var admin = new KafkaAdmin(brokers);
        using var producer = new RecordProducer(brokers);
        BulkProducer? bulk = null;
        Console.Out.WriteLine(brokers);
        while (Console.In.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "topic" when embedded is not null:
                    embedded.CreateTopic(words[1]);
                    Console.Out.WriteLine("ok");
                    break;
                case "topic":
                    admin.CreateTopicAsync(words[1]).GetAwaiter().GetResult();
                    Console.Out.WriteLine("ok");
                    break;
                case "delete":
                    admin.DeleteTopicAsync(words[1]).GetAwaiter().GetResult();
                    Console.Out.WriteLine("ok");
                    break;
                case "paced":
                    producer.Begin(() => producer.Pace(words[1], Number(words[2]), Number(words[3]), Number(words[4]), Number(words[5])));
                    break;
                case "window":
                    producer.Begin(() => producer.Fill(words[1], Number(words[2]), Number(words[3]), Number(words[4])));
                    break;
                case "bulk":
                    bulk ??= new BulkProducer(brokers);
                    producer.Begin(() => bulk.Produce(words[1], Number(words[2]), Number(words[3])));
                    break;
                case "commit":
                    bulk!.Commit();
                    Console.Out.WriteLine("ok");
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

        bulk?.Dispose();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
