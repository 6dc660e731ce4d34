using System.Net;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Brokers that go away and come back.</summary>
public sealed class OutageTests : IDisposable
{
    private readonly EmbeddedKafka _cluster = EmbeddedKafka.Start();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Streams_DuringAnOutage_StayOpenAndBeatAndGoOnWithoutGapOrDuplicate()
    {
        var kafka = new EmbeddedTestKafka(_cluster);
        using var topic = await Topic.CreateAsync(kafka, partitions: 2);
        await using var gateway = await StartAsync(topic.Name);
        using var sse = await RawConnection.GetAsync(gateway, "/auto?from=earliest", headers: "Accept: text/event-stream");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");
        await topic.ProduceManyAsync(0, 0, 5);
        await topic.ProduceManyAsync(1, 5, 5);
        var log = new ReadLog();
        (await socket.TakeRecordsAsync(10)).ForEach(log.Add);
        await sse.ReadUntilAsync(received => Count(received, "data: ") == 10, "ten records");

        await kafka.StopAsync();
        var beats = Count(sse.Received, ":\n\n");
        await sse.ReadUntilAsync(received => Count(received, ":\n\n") >= beats + 2, "two heartbeats");
        ((string?)(await socket.NextAsync())!["type"]).Should().Be("heartbeat");
        ((string?)(await socket.NextAsync())!["type"]).Should().Be("heartbeat");
        var waiting = topic.ProduceManyAsync(0, 10, 5);
        await kafka.StartAsync();
        await waiting;
        await topic.ProduceManyAsync(1, 15, 5);

        (await socket.TakeRecordsAsync(10)).ForEach(log.Add);
        log.ShouldBeAllOf(topic.Name, partitions: 2, recordsPerPartition: 10);
        await sse.ReadUntilAsync(received => Count(received, "data: ") == 20, "twenty records");
        Count(sse.Received, "event: ").Should().Be(0, "there was no gap and no error");
        for (var number = 0; number < 20; number++)
        {
            Count(sse.Received, $"\"v{number}\"").Should().Be(1);
        }
    }

    [Fact]
    public async Task Connecting_DuringAnOutage_OpensStreamsThatBeatAndRefusesBatches()
    {
        var kafka = new EmbeddedTestKafka(_cluster);
        using var topic = await Topic.CreateAsync(kafka);
        await topic.ProduceAsync(0, "old");
        await kafka.StopAsync();
        await using var gateway = await StartAsync(topic.Name);
        var batch = Problem.AskAsync(gateway, Transport.Get, "/auto?from=earliest");

        using var sse = await RawConnection.GetAsync(gateway, "/auto?from=earliest", headers: "Accept: text/event-stream");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");
        await sse.ReadUntilAsync(received => received.Contains(":\n\n", StringComparison.Ordinal), "a heartbeat");
        var hello = await socket.NextAsync();
        ((string?)hello!["type"]).Should().Be("hello");
        hello.ContainsKey("cursor").Should().BeFalse("nobody knows yet");
        (await socket.NextAsync())!.ToJsonString().Should().Be("""{"type":"heartbeat"}""");
        using var refused = await batch;
        await Problem.ReadAsync(refused, HttpStatusCode.ServiceUnavailable, "kafka-unavailable");
        refused.Headers.RetryAfter!.Delta.Should().BePositive();
        sse.Received.Should().StartWith("HTTP/1.1 200 ");

        await kafka.StartAsync();

        await sse.ReadUntilAsync("\"old\"");
        (await socket.TakeValuesAsync(1)).Should().Equal("old");
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=earliest", 1)).Should().Equal("old");
    }

    [Fact]
    public async Task CatchingUp_DuringAnOutage_GoesOnAfterIt()
    {
        var kafka = new EmbeddedTestKafka(_cluster);
        using var topic = await Topic.CreateAsync(kafka);
        await topic.ProduceManyAsync(0, 0, 50, padding: 20_000);
        await using var gateway = await StartAsync(topic.Name);
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");
        var log = new ReadLog();
        (await socket.TakeRecordsAsync(3)).ForEach(log.Add);

        await kafka.StopAsync();
        var rest = socket.TakeRecordsAsync(47);
        await Eventually.UntilAsync(() => gateway.Logs.ToString().Contains("Local_AllBrokersDown", StringComparison.Ordinal), "the outage to be noticed");
        await kafka.StartAsync();

        (await rest).ForEach(log.Add);
        log.ShouldBeAllOf(topic.Name, partitions: 1, recordsPerPartition: 50);
    }

    [Fact]
    public async Task Tail_WhoseFetchIsRefusedOnce_GoesOnWhereItWas()
    {
        var kafka = new EmbeddedTestKafka(_cluster);
        using var topic = await Topic.CreateAsync(kafka);
        await using var gateway = await StartAsync(topic.Name);
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        await topic.ProduceAsync(0, "one", "two", "three");
        (await sse.TakeValuesAsync(3)).Should().Equal("one", "two", "three");

        // As many as a consumer can use up before there is something to read: it passes over them until then.
        _cluster.FailNextOnPartition(topic.Name, 0, KafkaApi.Fetch, [.. Enumerable.Repeat(ErrorCode.OffsetOutOfRange, 12)]);
        await topic.ProduceAsync(0, "four");
        (await sse.TakeValuesAsync(1)).Should().Equal("four");
        gateway.Logs.ToString().Should().Contain("Local_AutoOffsetReset", "the refusal has reached the consumer");
        await topic.ProduceAsync(0, "five");

        (await sse.TakeValuesAsync(1)).Should().Equal("five");
    }

    [Fact]
    public async Task Tail_PassedByRetention_TellsClientsTheGap()
    {
        var kafka = new EmbeddedTestKafka(_cluster);
        using var topic = await Topic.CreateAsync(kafka);
        await using var gateway = await StartAsync(topic.Name);
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        var cursor = (await Page.GetAsync(gateway.Client, "/auto?wait=0")).Cursor;
        await topic.ProduceAsync(0, "one");
        (await sse.TakeValuesAsync(1)).Should().Equal("one");
        (await socket.TakeValuesAsync(1)).Should().Equal("one");
        var held = (await Page.GetAsync(gateway.Client, $"/auto?cursor={cursor}")).Cursor;

        // The consumer is kept away until records that it has not read are gone.
        _cluster.FailNext(KafkaApi.Fetch, [.. Enumerable.Repeat(ErrorCode.RequestTimedOut, 200)]);
        await topic.ProduceManyAsync(0, 1, 9);
        await kafka.DeleteRecordsAsync(topic.Name, 0, beforeOffset: 7);
        _cluster.ClearErrors(KafkaApi.Fetch);

        var gap = $$"""[{"topic":"{{topic.Name}}","partition":0,"requested":1,"available":7}]""";
        var told = await sse.NextAsync();
        told!.Value.EventType.Should().Be("gap", told.Value.Data);
        JsonNode.Parse(told.Value.Data)!["gaps"]!.ToJsonString().Should().Be(gap);
        (await sse.TakeValuesAsync(3)).Should().Equal("v7", "v8", "v9");
        JsonObject? frame;
        do
        {
            frame = await socket.NextAsync();
        }
        while ((string?)frame!["type"] == "heartbeat");
        ((string?)frame["type"]).Should().Be("gap");
        frame["gaps"]!.ToJsonString().Should().Be(gap);
        (await socket.TakeValuesAsync(3)).Should().Equal("v7", "v8", "v9");
        using var response = await Problem.AskAsync(gateway, Transport.Get, $"/auto?cursor={held}");
        var problem = await Problem.ReadAsync(response, HttpStatusCode.Gone, "gap");
        problem["gaps"]!.ToJsonString().Should().Be(gap);
        (await Page.GetValuesAsync(gateway.Client, $"/auto?cursor={problem["cursor"]}", 3)).Should().Equal("v7", "v8", "v9");
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private Task<Gateway> StartAsync(string topic) => Gateway.StartAsync(new GatewayOptions
    {
        BootstrapServers = _cluster.BootstrapServers,
        Routes = [Gateway.Route("auto", "/auto", topic, ("Mode", "auto"), ("HeartbeatInterval", "00:00:01"))],
        KafkaConsume = options => options.KafkaTimeout = TimeSpan.FromSeconds(1),
        Configuration = [KeyValuePair.Create("KafkaConsume:Connections:kafka:Config:reconnect.backoff.max.ms", (string?)"200")],
    });
}
