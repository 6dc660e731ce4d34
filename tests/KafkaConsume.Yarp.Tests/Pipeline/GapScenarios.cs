using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Clients hear of records that Kafka no longer has before they get any other, and of topics that are gone.</summary>
public abstract class GapScenarios(Func<Task<ITestKafka>> kafka)
{
    [Fact]
    public async Task Cursor_BeforeRecordsThatWereDeleted_TellsTheGapFirst()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceManyAsync(0, 0, 10);
        await using var gateway = await StartAsync(topic);
        var cursor = await CursorBehindTwoAsync(gateway);

        await topic.Kafka.DeleteRecordsAsync(topic.Name, 0, beforeOffset: 7);

        var gap = Gap(topic, requested: 2, available: 7);
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto", cursor);
        await ShouldTellGapAsync(sse, gap);
        var told = sse.LastEventId;
        (await sse.TakeValuesAsync(3)).Should().Equal("v7", "v8", "v9");

        using var socket = await WebSocketClient.ConnectAsync(gateway, $"/auto?cursor={cursor}");
        await ShouldTellGapAsync(socket, gap);
        (await socket.TakeValuesAsync(3)).Should().Equal("v7", "v8", "v9");

        using var response = await Problem.AskAsync(gateway, Transport.Get, $"/auto?cursor={cursor}");
        var problem = await Problem.ReadAsync(response, HttpStatusCode.Gone, "gap");
        problem["gaps"]!.ToJsonString().Should().Be(gap);
        (await Page.GetValuesAsync(gateway.Client, $"/auto?cursor={problem["cursor"]}", 3)).Should().Equal("v7", "v8", "v9");

        // Whoever was cut behind the gap is not told again.
        (await Page.GetValuesAsync(gateway.Client, $"/auto?cursor={told}", 3)).Should().Equal("v7", "v8", "v9");
    }

    [Fact]
    public async Task Cursor_OfATopicThatWasDeletedAndMadeAgain_TellsTheGapAndStartsOver()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await StartAsync(topic);
        var cursor = await CursorBehindTwoAsync(gateway);

        await topic.Kafka.DeleteTopicAsync(topic.Name);
        await EventuallyMissingAsync(gateway);
        await topic.Kafka.CreateTopicAsync(topic.Name);
        await topic.ProduceManyAsync(0, 100, 4);
        var gap = Gap(topic, requested: 2, available: 0);
        await using var sse = await EventuallyConnectAsync(gateway, cursor);
        await ShouldTellGapAsync(sse, gap);
        (await sse.TakeValuesAsync(4)).Should().Equal("v100", "v101", "v102", "v103");

        using var socket = await WebSocketClient.ConnectAsync(gateway, $"/auto?cursor={cursor}");
        await ShouldTellGapAsync(socket, gap);
        using var response = await Problem.AskAsync(gateway, Transport.Get, $"/auto?cursor={cursor}");
        var problem = await Problem.ReadAsync(response, HttpStatusCode.Gone, "gap");
        (await Page.GetAsync(gateway.Client, $"/auto?cursor={problem["cursor"]}&max=1")).Values.Should().Equal("v100");
    }

    [Fact]
    public async Task Cursor_OfATopicThatWasMadeAgainUnnoticed_TellsTheGapFirst()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await StartAsync(topic, watchInterval: TimeSpan.FromHours(1));
        var cursor = await CursorBehindTwoAsync(gateway);

        await topic.Kafka.DeleteTopicAsync(topic.Name);
        await topic.Kafka.CreateTopicAsync(topic.Name);
        await topic.ProduceManyAsync(0, 100, 4);

        using var response = await Problem.AskAsync(gateway, Transport.Get, $"/auto?cursor={cursor}");
        await Problem.ReadAsync(response, HttpStatusCode.Gone, "gap");
        await using var sse = await EventuallyConnectAsync(gateway, cursor);
        await ShouldTellGapAsync(sse, Gap(topic, requested: 2, available: 0));
        (await sse.TakeValuesAsync(4)).Should().Equal("v100", "v101", "v102", "v103");
    }

    [Fact]
    public async Task Stream_WhoseTopicIsDeleted_EndsWithAnError()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic);
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        await topic.ProduceAsync(0, "one");
        (await sse.TakeValuesAsync(1)).Should().Equal("one");
        (await socket.TakeValuesAsync(1)).Should().Equal("one");

        await topic.Kafka.DeleteTopicAsync(topic.Name);

        var error = await sse.NextAsync();
        error!.Value.EventType.Should().Be("error");
        Problem.Check(JsonNode.Parse(error.Value.Data)!, HttpStatusCode.NotFound, "topic-not-found");
        (await sse.NextAsync()).Should().BeNull("the stream ends behind it");
        var frame = await socket.NextAsync();
        ((string?)frame!["type"]).Should().Be("error");
        Problem.Check(frame, HttpStatusCode.NotFound, "topic-not-found", "problem");
        (await socket.ReadToCloseAsync()).Should().Be(WebSocketCloseStatus.PolicyViolation);
    }

    [Fact]
    public async Task Stream_WhoseTopicIsMadeAgain_GoesOnInTheNewOneBehindAGap()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await StartAsync(topic, TimeSpan.FromSeconds(5));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");
        (await sse.TakeValuesAsync(3)).Should().Equal("v0", "v1", "v2");
        (await socket.TakeValuesAsync(3)).Should().Equal("v0", "v1", "v2");

        await topic.Kafka.DeleteTopicAsync(topic.Name);
        await topic.Kafka.CreateTopicAsync(topic.Name);
        await topic.ProduceManyAsync(0, 100, 2);

        var gap = Gap(topic, requested: 3, available: 0);
        await ShouldTellGapAsync(sse, gap);
        (await sse.TakeValuesAsync(2)).Should().Equal("v100", "v101");
        await ShouldTellGapAsync(socket, gap);
        (await socket.TakeValuesAsync(2)).Should().Equal("v100", "v101");
    }

    [Fact]
    public async Task UnknownTopic_IsNotFoundOnEachTransport()
    {
        await using var gateway = await Gateway.StartAsync(
            (await kafka()).BootstrapServers, Gateway.Route("auto", "/auto", $"missing-{Guid.NewGuid():N}", ("Mode", "auto")));

        foreach (var transport in Enum.GetValues<Transport>())
        {
            using var response = await Problem.AskAsync(gateway, transport, "/auto");
            var problem = await Problem.ReadAsync(response, HttpStatusCode.NotFound, "topic-not-found");
            problem.ContainsKey("detail").Should().BeFalse("what Kafka said is for routes that ask for it");
        }
    }

    private static async Task ShouldTellGapAsync(SseClient client, string gaps)
    {
        var first = await client.NextAsync();
        first!.Value.EventType.Should().Be("gap", first.Value.Data);
        JsonNode.Parse(first.Value.Data)!["gaps"]!.ToJsonString().Should().Be(gaps);
        client.LastEventId.Should().NotBeEmpty("a client that is cut now has been told");
    }

    private static async Task ShouldTellGapAsync(WebSocketClient client, string gaps)
    {
        var frame = await client.NextAsync();
        frame = (string?)frame!["type"] == "hello" ? await client.NextAsync() : frame;
        ((string?)frame!["type"]).Should().Be("gap");
        frame["gaps"]!.ToJsonString().Should().Be(gaps);
        ((string?)frame["cursor"]).Should().NotBeNullOrEmpty();
    }

    private static async Task<string> CursorBehindTwoAsync(Gateway gateway)
    {
        await using var client = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        await client.TakeAsync(2);
        return client.LastEventId;
    }

    private static string Gap(Topic topic, long requested, long available) =>
        $$"""[{"topic":"{{topic.Name}}","partition":0,"requested":{{requested}},"available":{{available}}}]""";

    /// <summary>Waits until the source has ended: a read from its end asks nobody else.</summary>
    private static Task EventuallyMissingAsync(Gateway gateway) => Eventually.UntilAsync(
        async () =>
        {
            using var response = await Problem.AskAsync(gateway, Transport.Get, "/auto?wait=0");
            return response.StatusCode == HttpStatusCode.NotFound;
        },
        "the gateway to see that the topic is gone");

    private static async Task<SseClient> EventuallyConnectAsync(Gateway gateway, string cursor)
    {
        await Eventually.UntilAsync(
            async () =>
            {
                using var response = await SseClient.SendAsync(gateway.Client, "/auto", cursor);
                return response.StatusCode == HttpStatusCode.OK;
            },
            "the new topic");
        return await SseClient.ConnectAsync(gateway.Client, "/auto", cursor);
    }

    private static Task<Gateway> StartAsync(Topic topic, TimeSpan? watchInterval = null) => Gateway.StartAsync(new GatewayOptions
    {
        BootstrapServers = topic.Kafka.BootstrapServers,
        Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"))],
        KafkaConsume = options => options.TopicWatchInterval = watchInterval ?? TimeSpan.FromMilliseconds(200),
    });
}

public sealed class GapsOnEmbeddedTests(EmbeddedKafkaFixture embedded) : GapScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class GapsOnKafkaTests(RealKafkaFixture kafka) : GapScenarios(kafka.GetAsync);
