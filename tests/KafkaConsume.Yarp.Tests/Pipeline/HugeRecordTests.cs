using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Consuming;
using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Records that are small on the wire and huge once they are decompressed, between ordinary ones.</summary>
public sealed class HugeRecordTests(EmbeddedKafkaFixture embedded, RealKafkaFixture real)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_RecordThatIsTooLarge_AreToldAndGetWhatComesBehindIt(bool isPortable)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")), Gateway.Route("group", "/group", topic.Name, ("AutoOffsetReset", "earliest"))],
            KafkaConsume = options => options.IsConsumePortable = isPortable,
        });
        await using var live = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var liveSocket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");

        await ProduceAsync(topic, 10, 5_000_000, 10);

        await using var past = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        Check([.. await live.TakeRecordsAsync(3)]);
        Check([.. await liveSocket.TakeRecordsAsync(3)]);
        Check([.. await past.TakeRecordsAsync(3)]);
        Check(await Page.GetManyAsync(gateway.Client, "/auto?from=earliest", 3));
        var shared = new List<JsonNode?>();
        await Eventually.UntilAsync(
            async () =>
            {
                shared.AddRange((await Page.GetAsync(gateway.Client, "/group?wait=5")).Records);
                return shared.Count >= 3;
            },
            "the group's records");
        Check(shared);
        gateway.Logs.Entries.Should().Contain(entry => entry.Level == LogLevel.Warning && entry.Text.Contains($"{topic.Name}[0]@1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Take_RecordOf300Megabytes_IsNotCopied()
    {
        using var topic = await Topic.CreateAsync(await real.GetAsync());
        await ProduceAsync(topic, 10, 300_000_000, 10);
        foreach (var isPortable in new[] { false, true })
        {
            using var reader = new TestReader(topic.Kafka.BootstrapServers, isPortable);
            var allocated = 0L;
            await reader.DoAsync(own =>
            {
                own.Assign([new TopicPartitionOffset(topic.Name, 0, 0)]);
                var before = GC.GetAllocatedBytesForCurrentThread();
                while (reader.Count < 3 && own.Wait(Eventually.Patience))
                {
                    own.Take(reader);
                }

                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            });

            reader.Records.Select(record => record.Value?.Length).Should().Equal(10, null, 10);
            reader.Records.Select(record => record.Key?.Length).Should().Equal(1, 1, 1);
            allocated.Should().BeLessThan(10_000_000);
        }
    }

    private static void Check(IReadOnlyList<JsonNode?> records)
    {
        records.Select(record => (long)record!["offset"]!).Should().Equal(0, 1, 2);
        records.Select(record => ((string?)record!["value"])?.Length).Should().Equal(10, null, 10);
        records.Select(record => (string?)record!["valueError"]).Should().Equal(null, "too-large", null);
        records.Select(record => (string?)record!["key"]).Should().AllBe("k");
    }

    private static async Task ProduceAsync(Topic topic, params int[] sizes)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            CompressionType = CompressionType.Gzip,
            MessageMaxBytes = 1_000_000_000,
            LingerMs = 0,
        }).SetLogHandler((_, _) => { }).Build();
        foreach (var size in sizes)
        {
            await producer.ProduceAsync(topic.Name, new Message<byte[], byte[]> { Key = "k"u8.ToArray(), Value = new byte[size] });
        }
    }
}
