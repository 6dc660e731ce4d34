using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>The whole way from Kafka to clients, where librdkafka cannot be called and where it can.</summary>
public sealed class PortableConsumeTests(EmbeddedKafkaFixture embedded)
{
    [Theory]
    [InlineData(true, "through Confluent.Kafka")]
    [InlineData(false, "by librdkafka's batches")]
    public async Task Clients_LiveAndBehind_GetEveryRecordOnce(bool isPortable, string how)
    {
        const int partitions = 3;
        const int count = 400;
        using var topic = await Topic.CreateAsync(embedded.Kafka, partitions);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes =
            [
                Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")),
                Gateway.Route("group", "/group", topic.Name, ("AutoOffsetReset", "earliest")),
            ],
            KafkaConsume = options =>
            {
                options.IsConsumePortable = isPortable;
                options.Tail.MaxBytes = 64 * 1024; // So that clients fall off the tail and catch up.
            },
        });
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");

        await Task.WhenAll(Enumerable.Range(0, partitions).Select(partition => topic.ProduceManyAsync(partition, 0, count, padding: 500)));
        using var late = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");

        foreach (var records in new[]
        {
            await sse.TakeRecordsAsync(partitions * count),
            [.. await socket.TakeRecordsAsync(partitions * count)],
            [.. await late.TakeRecordsAsync(partitions * count)],
        })
        {
            var log = new ReadLog();
            records.ForEach(log.Add);
            log.ShouldBeAllOf(topic.Name, partitions, count);
        }

        var shared = new ReadLog();
        for (var taken = 0; taken < partitions * count;)
        {
            var page = await Page.GetAsync(gateway.Client, "/group?wait=5");
            taken += page.Records.Count;
            page.Records.ToList().ForEach(record => shared.Add(record!));
        }

        shared.ShouldBeAllOf(topic.Name, partitions, count);

        var lines = gateway.Logs.Entries.Where(entry => entry.Text.Contains("records are read", StringComparison.Ordinal)).ToList();
        lines.Should().HaveCountGreaterThan(2, "there is a consumer for the tail, one at least for the past, and one for the group");
        lines.Should().OnlyContain(line => line.Level == LogLevel.Debug && line.Text.Contains(how, StringComparison.Ordinal));
    }
}
