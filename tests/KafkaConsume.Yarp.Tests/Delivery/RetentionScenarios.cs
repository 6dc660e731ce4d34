using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>Retention passes clients that are connected and have fallen behind.</summary>
public abstract class RetentionScenarios(Func<Task<ITestKafka>> kafka)
{
    private const int Partitions = 4;
    private const int Records = 30;
    private const int Kept = 2;

    [Theory]
    [InlineData(Transport.ServerSentEvents)]
    [InlineData(Transport.WebSocket)]
    public async Task Stream_WhoseClientIsPassedByRetention_TellsExactlyWhatIsMissing(Transport transport)
    {
        using var topic = await Topic.CreateAsync(await kafka(), Partitions);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"))],
            KafkaConsume = options =>
            {
                options.Tail.MaxBytes = 64 * 1024;
                options.WriteTimeout = TimeSpan.FromMinutes(5);
            },

            // What has been fetched ahead is delivered, whether Kafka still has it or not.
            Configuration = [KeyValuePair.Create("KafkaConsume:Connections:kafka:Config:queued.max.messages.kbytes", (string?)"512")],
        });
        for (var partition = 0; partition < Partitions; partition++)
        {
            await Task.WhenAll(Enumerable.Range(0, Records).Select(_ =>
                topic.ProduceAsync(new Message<byte[]?, byte[]?> { Value = [.. Enumerable.Repeat((byte)'r', 150_000)] }, partition)));
        }

        // More than the sockets hold.
        using var client = await CutConnection.OpenAsync(gateway.Address, transport, "/auto?from=earliest", receiveBuffer: 4096);
        var answer = new AnswerReader(transport);
        var received = await ReadUntilAsync(client, answer, ReceivedKind.Record);
        for (var partition = 0; partition < Partitions; partition++)
        {
            await topic.Kafka.DeleteRecordsAsync(topic.Name, partition, Records - Kept);
        }

        var next = new long[Partitions];
        var gaps = 0;
        while (next.Sum() < Partitions * Records)
        {
            foreach (var one in received)
            {
                switch (one.Kind)
                {
                    case ReceivedKind.Record:
                        var partition = (int)one.Content!["partition"]!;
                        ((long)one.Content["offset"]!).Should().Be(next[partition]++);
                        break;
                    case ReceivedKind.Gap:
                        one.Cursor.Should().NotBeNull("a client that is cut behind it has been told");
                        gaps += one.Content!["gaps"]!.AsArray().Count(gap => Pass(gap!, topic.Name, next));
                        break;
                    default:
                        one.Kind.Should().Be(ReceivedKind.Position);
                        break;
                }
            }

            received = next.Sum() < Partitions * Records ? await ReadAsync(client, answer) : [];
        }

        gaps.Should().BePositive("the sockets cannot have held all that is gone");
    }

    /// <summary>Moves a partition behind a gap, which has to begin where the client is and to end where Kafka begins.</summary>
    private static bool Pass(JsonNode gap, string topic, long[] next)
    {
        ((string?)gap["topic"]).Should().Be(topic);
        var partition = (int)gap["partition"]!;
        ((long)gap["requested"]!).Should().Be(next[partition]);
        next[partition] = (long)gap["available"]!;
        next[partition].Should().Be(Records - Kept);
        return true;
    }

    private static async Task<IReadOnlyList<Received>> ReadUntilAsync(CutConnection client, AnswerReader answer, ReceivedKind kind)
    {
        var all = new List<Received>();
        while (!all.Exists(received => received.Kind == kind))
        {
            all.AddRange(await ReadAsync(client, answer));
        }

        return all;
    }

    private static async Task<IReadOnlyList<Received>> ReadAsync(CutConnection client, AnswerReader answer)
    {
        var buffer = new byte[64 * 1024];
        var count = await client.ReadAsync(buffer);
        count.Should().BePositive("the stream goes on");
        return answer.Read(buffer.AsSpan(0, count));
    }
}

public sealed class RetentionOnEmbeddedTests(EmbeddedKafkaFixture embedded) : RetentionScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class RetentionOnKafkaTests(RealKafkaFixture kafka) : RetentionScenarios(kafka.GetAsync);
