using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.Extensions.DependencyInjection;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Clients that the tail has left behind.</summary>
public sealed class SlowClientTests : IDisposable
{
    private const int Partitions = 4;
    private const int Records = 160;

    private readonly EmbeddedKafka _cluster = EmbeddedKafka.Start();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _counted = [];

    public void Dispose()
    {
        _listener.Dispose();
        _cluster.Dispose();
    }

    [Fact]
    public async Task SlowClients_CatchUp_LoseNothing()
    {
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster), Partitions);
        await using var gateway = await StartAsync(topic, "catch-up");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        await socket.NextAsync();
        await WarmUpAsync(topic, socket);
        await FloodAsync(topic);
        await TailHasPassedAsync(gateway);

        (await socket.TakeRecordsAsync(Records)).Select(Place).Should().OnlyHaveUniqueItems();
        (await sse.TakeRecordsAsync(Records + 1)).Select(Place).Should().OnlyHaveUniqueItems();
        await CountedAsync("catch-up");
        _counted.Should().NotContain("disconnect");
    }

    [Fact]
    public async Task SlowClients_Disconnect_AreClosedAndResumeWhereTheyWere()
    {
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster), Partitions);
        await using var gateway = await StartAsync(topic, "disconnect");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        await socket.NextAsync();
        await WarmUpAsync(topic, socket);
        await FloodAsync(topic);
        await TailHasPassedAsync(gateway);

        var records = new List<JsonNode>();
        while (await socket.NextAsync() is { } frame)
        {
            records.Add(frame);
        }

        socket.Socket.CloseStatus.Should().Be((WebSocketCloseStatus)4408);
        records.Count.Should().BeLessThan(Records);
        await CountedAsync("disconnect");
        await using var resumed = await SseClient.ConnectAsync(gateway.Client, "/auto", socket.Cursor);
        records.AddRange(await resumed.TakeRecordsAsync(Records - records.Count));
        records.Select(Place).Should().OnlyHaveUniqueItems().And.HaveCount(Records);
    }

    [Fact]
    public async Task SlowClients_Disconnect_EndsAnEventStreamSoThatItMayResume()
    {
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster), Partitions);
        await using var gateway = await StartAsync(topic, "disconnect");
        using var slow = await RawConnection.GetAsync(gateway, "/auto", receiveBuffer: 4096, "Accept: text/event-stream", "Connection: close");
        await slow.ReadUntilAsync("\nid: ");
        await topic.ProduceAsync(0, "warm");
        await slow.ReadUntilAsync("warm");
        await FloodAsync(topic);
        await TailHasPassedAsync(gateway);

        await slow.ReadToEndAsync();

        slow.Received.Should().EndWith("0\r\n\r\n", "it is the end of a whole answer");
        await CountedAsync("disconnect");
    }

    [Fact]
    public async Task SlowClients_Disconnect_LeavesAClientInPeaceThatStartsInThePast()
    {
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster), Partitions);
        await FloodAsync(topic);
        await using var gateway = await StartAsync(topic, "disconnect");

        await using var client = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");

        (await client.TakeRecordsAsync(Records)).Select(Place).Should().OnlyHaveUniqueItems();
        _counted.Should().BeEmpty();
    }

    private static (int Partition, long Offset) Place(JsonNode record) => ((int)record["partition"]!, (long)record["offset"]!);

    private static async Task WarmUpAsync(Topic topic, WebSocketClient socket)
    {
        // Whoever has read this is in the tail.
        await topic.ProduceAsync(0, "warm");
        (await socket.TakeValuesAsync(1)).Should().Equal("warm");
    }

    /// <summary>Produces more than sockets and the tail hold.</summary>
    private static async Task FloodAsync(Topic topic)
    {
        var value = Encoding.ASCII.GetBytes(new string('s', 100_000));
        await Task.WhenAll(Enumerable.Range(0, Records).Select(number =>
            topic.ProduceAsync(new Message<byte[]?, byte[]?> { Value = value }, number % Partitions)));
    }

    /// <summary>Waits until everything has gone through the tail, which holds no more than one record: those who did not read are behind it.</summary>
    private static async Task TailHasPassedAsync(Gateway gateway)
    {
        await using var fast = await SseClient.ConnectAsync(gateway.Client, "/fast?from=earliest");
        await fast.TakeRecordsAsync(Records + 1);
    }

    private Task CountedAsync(string outcome) => Eventually.UntilAsync(() => _counted.Contains(outcome, StringComparer.Ordinal), $"a slow client to be counted as {outcome}");

    private async Task<Gateway> StartAsync(Topic topic, string slowClients)
    {
        var meters = new TaskCompletionSource<IMeterFactory>();
        var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("SlowClients", slowClients)), Gateway.Route("fast", "/fast", topic.Name, ("Mode", "auto"))],
            KafkaConsume = options =>
            {
                options.Tail.MaxBytes = 64 * 1024;
                options.WriteTimeout = TimeSpan.FromMinutes(5);
            },
            Pipeline = app => meters.TrySetResult(app.Services.GetRequiredService<IMeterFactory>()),
        });
        var factory = await meters.Task;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests have gateways of their own.
            if (instrument.Meter is { Name: KafkaConsumeTelemetry.MeterName } meter && ReferenceEquals(meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            var known = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string?)tag.Value, StringComparer.Ordinal);
            if (known["kafka_consume.route"] == "auto")
            {
                _counted.Enqueue(known["outcome"]!);
            }
        });
        _listener.Start();
        return gateway;
    }
}
