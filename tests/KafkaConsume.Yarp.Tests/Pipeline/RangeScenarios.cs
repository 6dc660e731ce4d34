using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Clients that want some partitions, or records up to a place, and no more.</summary>
public abstract class RangeScenarios(Func<Task<ITestKafka>> kafka)
{
    private static readonly Transport[] Transports = Enum.GetValues<Transport>();

    [Fact]
    public async Task Until_Now_IsWhatThereWasAndThenTheEnd()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 3);
        await topic.ProduceManyAsync(0, 0, 6);
        await topic.ProduceManyAsync(2, 6, 4);
        await using var gateway = await StartAsync(topic);
        var all = Enumerable.Range(0, 10).Select(number => $"v{number}").ToList();
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest&until=now");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest&until=now");

        var events = await sse.TakeAsync(11);
        events.Take(10).Select(item => (string?)JsonNode.Parse(item.Data)!["value"]).Should().BeEquivalentTo(all);
        events[10].EventType.Should().Be("end");
        ((string?)JsonNode.Parse(events[10].Data)!["cursor"]).Should().Be(sse.LastEventId);
        (await sse.NextAsync()).Should().BeNull("the stream has ended");

        (await socket.TakeValuesAsync(10)).Should().BeEquivalentTo(all);
        var end = await NextButHeartbeatAsync(socket);
        ((string?)end!["type"]).Should().Be("end");
        ((string?)end["cursor"]).Should().Be(sse.LastEventId, "it is the same place");
        (await socket.NextAsync()).Should().BeNull();
        socket.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task Until_OverPages_EndsWhereItEndedForTheFirstWhateverIsProducedMeanwhile()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 2);
        await topic.ProduceManyAsync(0, 0, 7);
        await topic.ProduceManyAsync(1, 7, 4);
        await using var gateway = await StartAsync(topic);
        var values = new List<string?>();
        string? next = "/auto?from=earliest&until=now&max=3";
        var pages = 0;
        while (next is not null)
        {
            using var response = await gateway.Client.GetAsync(next, TestContext.Current.CancellationToken);
            next = null;
            if (response.StatusCode == HttpStatusCode.NoContent)
            {
                break;
            }

            var page = new Page(response, [.. JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray()]);
            values.AddRange(page.Values);
            next = response.Headers.Contains("Link") ? page.Next : null;
            await topic.ProduceAsync(pages % 2, "later");
            (pages++).Should().BeLessThan(50);
        }

        values.Should().BeEquivalentTo(Enumerable.Range(0, 11).Select(number => $"v{number}"));
    }

    [Fact]
    public async Task Until_ACursorThatTheClientHasReached_Is204OrTheEnd()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await StartAsync(topic);
        var page = await Page.GetAsync(gateway.Client, "/auto?from=earliest&max=2&wait=10");
        var cursor = page.Records.Count == 2 ? page.Cursor : (await Page.GetAsync(gateway.Client, page.Next)).Cursor;

        using var get = await gateway.Client.GetAsync($"/auto?cursor={cursor}&until={cursor}", TestContext.Current.CancellationToken);
        using var sse = await SseClient.SendAsync(gateway.Client, $"/auto?from=earliest&until={cursor}", cursor);
        using var socket = await WebSocketClient.ConnectAsync(gateway, $"/auto?cursor={cursor}&until={cursor}");

        get.StatusCode.Should().Be(HttpStatusCode.NoContent);
        get.Headers.GetValues("KafkaConsume-Cursor").Should().Equal(cursor);
        get.Headers.Contains("Link").Should().BeFalse();
        sse.StatusCode.Should().Be(HttpStatusCode.NoContent, "anything else would bring an EventSource back");
        ((string?)(await socket.NextAsync())!["type"]).Should().Be("hello");
        ((string?)(await NextButHeartbeatAsync(socket))!["type"]).Should().Be("end");
        (await socket.ReadToCloseAsync()).Should().Be(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task Partitions_Some_AreAllThatIsReadFromThePastAndFromTheTail()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 3);
        await topic.ProduceManyAsync(0, 0, 20);
        await topic.ProduceManyAsync(1, 20, 20);
        await topic.ProduceManyAsync(2, 40, 20);
        await using var gateway = await StartAsync(topic);
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest&partitions=0,2");
        using var socket = await WebSocketClient.ConnectAsync(gateway, $"/auto?from=earliest&partitions={topic.Name}:1");
        (await sse.TakeValuesAsync(40)).Should().BeEquivalentTo(Values(0, 20).Concat(Values(40, 20)));
        (await socket.TakeValuesAsync(20)).Should().Equal(Values(20, 20));

        await topic.ProduceAsync(1, "one");
        await topic.ProduceAsync(2, "two");

        (await sse.TakeValuesAsync(1)).Should().Equal("two");
        (await socket.TakeValuesAsync(1)).Should().Equal("one");

        // The cursor says what the client has read: with it, and without the choice, the rest comes.
        await using var rest = await SseClient.ConnectAsync(gateway.Client, "/auto", sse.LastEventId);
        (await rest.TakeValuesAsync(21)).Should().Equal([.. Values(20, 20), "one"]);
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=earliest&partitions=1", 21)).Should().Equal([.. Values(20, 20), "one"]);
    }

    [Fact]
    public async Task Range_ThatCannotBe_IsRefusedOnEachTransport()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 2);
        await using var gateway = await StartAsync(topic);
        string[] queries =
        [
            "partitions=", "partitions=a", "partitions=-1", "partitions=2", "partitions=0,,1", "partitions=nothing:0", "partitions=0&partitions=1",
            "partitions=99999999999", "until=2999-01-01T00:00:00Z", "until=now&until=now",
        ];

        foreach (var transport in Transports)
        {
            foreach (var query in queries)
            {
                using var refused = await Problem.AskAsync(gateway, transport, "/auto?" + query);
                await Problem.ReadAsync(refused, HttpStatusCode.BadRequest, "invalid-query");
            }

            using var foreign = await Problem.AskAsync(gateway, transport, "/auto?until=AQAB");
            await Problem.ReadAsync(foreign, HttpStatusCode.BadRequest, "invalid-cursor");
        }
    }

    private protected static Task<Gateway> StartAsync(Topic topic) => Gateway.StartAsync(
        topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")));

    private static IEnumerable<string?> Values(int first, int count) => Enumerable.Range(first, count).Select(number => $"v{number}");

    private static async Task<JsonObject?> NextButHeartbeatAsync(WebSocketClient socket)
    {
        var frame = await socket.NextAsync();
        while ((string?)frame?["type"] == "heartbeat")
        {
            frame = await socket.NextAsync();
        }

        return frame;
    }
}

public sealed class RangeOnEmbeddedTests(EmbeddedKafkaFixture embedded) : RangeScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class RangeOnKafkaTests(RealKafkaFixture kafka) : RangeScenarios(kafka.GetAsync)
{
    // The embedded cluster does not look up times.
    [Fact]
    public async Task Until_ATime_IsLookedUpInEachPartition()
    {
        using var topic = await Topic.CreateAsync(await kafka.GetAsync(), partitions: 2);
        var noon = TimeProvider.System.GetUtcNow().AddHours(-3);
        for (var minute = -2; minute < 3; minute++)
        {
            await topic.ProduceAsync(new() { Value = Encoding.UTF8.GetBytes($"a{minute}"), Timestamp = new(noon.AddMinutes(minute)) }, 0);
        }

        await topic.ProduceAsync(new() { Value = "b-1"u8.ToArray(), Timestamp = new(noon.AddMinutes(-1)) }, 1);
        await using var gateway = await StartAsync(topic);

        var query = string.Create(CultureInfo.InvariantCulture, $"/auto?from=earliest&until={noon:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}");
        await using var sse = await SseClient.ConnectAsync(gateway.Client, query);

        (await sse.TakeValuesAsync(3)).Should().BeEquivalentTo("a-2", "a-1", "b-1");
        (await sse.NextAsync())!.Value.EventType.Should().Be("end");
    }
}
