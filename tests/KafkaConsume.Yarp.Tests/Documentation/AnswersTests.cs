using System.Text;
using KafkaConsume.Yarp.Tests.Formatting;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Documentation;

/// <summary>Whole answers of a running gateway, as docs/protocol.md shows them.</summary>
public sealed class AnswersTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Impatience = TimeSpan.FromSeconds(1);
    private static readonly string[] Orders = ["""{"total":12.5}""", """{"total":99}""", """{"total":7}"""];

    [Fact]
    public async Task Get_Page_IsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience, Orders);

        Check("http.page", await gateway.AskAsync("/orders?from=earliest&max=2"));
        Check("http.lines", await gateway.AskAsync("/orders?from=earliest&max=2", "GET", ("Accept", "application/x-ndjson"), ("Prefer", "wait=5")));
        Check("http.empty", await gateway.AskAsync("/orders?wait=0"));
    }

    [Fact]
    public async Task Get_OfAGroup_IsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience, Orders);

        // One record: how many of the others have come by then is Kafka's business.
        Check("http.group", await gateway.AskAsync("/shared?max=1"));
    }

    [Fact]
    public async Task Group_WhoseClientsAcknowledge_AnswersAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience, Orders);

        Check("http.batch", await gateway.AskAsync("/work?max=1"));
        Check("http.committed", await gateway.SayAsync("/work", """{"type":"ack","topic":"orders","partition":0,"through":0}"""));
        Check("http.stale-ack", await gateway.SayAsync("/work", """{"batch":"AAAAAAAAAAAAAAAAAAAAAA"}"""));
        Check("http.not-owner", await gateway.SayAsync("/work", """{"batch":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"""));
        Check("http.unknown-record", await gateway.SayAsync("/work", """{"type":"ack","records":[{"topic":"orders","partition":0,"offset":2}]}"""));
        Check("http.invalid-ack", await gateway.SayAsync("/work", """{"type":"ack"}"""));
        Check("http.unsupported-media-type", await gateway.AskAsync("/work", "POST"));
        Check("http.body-too-large", await gateway.SayAsync("/work", new string(' ', 70_000)));
    }

    [Fact]
    public async Task Get_BehindWhatKafkaKeeps_IsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience, Orders);
        var cursor = await gateway.CursorBehindFirstAsync();

        gateway.Kafka.DeleteRecords("orders", 0, beforeOffset: 3);

        Check("http.gap", await gateway.AskAsync($"/orders?cursor={cursor}"));
        Check("sse.gap", await gateway.StreamAsync($"/orders?cursor={cursor}", blankLines: 2));
        Check("websocket.gap", await FramesAsync(gateway, $"/orders?cursor={cursor}", count: 2));
    }

    [Fact]
    public async Task Request_Refused_IsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience);

        Check("http.invalid-cursor", await gateway.AskAsync("/orders?cursor=tampered"));
        Check("http.invalid-query", await gateway.AskAsync("/orders?max=0"));
        Check("http.topic-not-found", await gateway.AskAsync("/missing"));
        Check("http.method-not-allowed", await gateway.AskAsync("/orders", "POST"));
        Check("http.not-acceptable", await gateway.AskAsync("/sse", "GET", ("Accept", "application/json")));
        Check("http.upgrade-required", await gateway.AskAsync("/websocket"));
    }

    [Fact]
    public async Task Get_WhileKafkaIsDown_IsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Impatience);
        gateway.Kafka.StopBroker(1);

        Check("http.kafka-unavailable", await gateway.AskAsync("/orders"));
    }

    [Fact]
    public async Task EventStream_Opened_IsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience, Orders);

        Check("sse.stream", await gateway.StreamAsync("/orders?from=earliest", blankLines: 5));
        Check("sse.heartbeat", await gateway.StreamAsync("/beating", blankLines: 3));
    }

    [Fact]
    public async Task Answers_UpToAnEnd_AreAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience, Orders);
        var cursor = await gateway.CursorBehindFirstAsync();

        Check("sse.end", await gateway.StreamAsync($"/orders?from=earliest&until={cursor}", blankLines: 4));
        Check("websocket.end", await FramesAsync(gateway, $"/orders?from=earliest&until={cursor}", count: 3));
        Check("http.end", await gateway.AskAsync($"/orders?cursor={cursor}&until={cursor}"));
    }

    [Fact]
    public async Task Stream_OfATopicThatTurnsOutToBeMissing_FailsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Impatience);

        gateway.Kafka.StopBroker(1);
        Check("sse.error", await gateway.StreamAsync("/missing", blankLines: 2, opened: () => gateway.Kafka.StartBroker(1)));
    }

    [Fact]
    public async Task WebSocket_OfATopicThatTurnsOutToBeMissing_FailsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Impatience);

        gateway.Kafka.StopBroker(1);
        Check("websocket.error", await FramesAsync(gateway, "/missing", count: 2, greeted: _ =>
        {
            gateway.Kafka.StartBroker(1);
            return Task.CompletedTask;
        }));
    }

    [Fact]
    public async Task WebSocket_Opened_IsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience, Orders[0]);

        Check("websocket.session", await FramesAsync(gateway, "/orders?from=earliest", count: 2));
        Check("websocket.heartbeat", await FramesAsync(gateway, "/beating", count: 2));
        Check("websocket.invalid-frame", await FramesAsync(gateway, "/orders", count: 2, greeted: client => client.SendAsync("{}")));
    }

    [Fact]
    public async Task WebSocket_OfAGroup_IsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience, Orders[0]);
        using var client = await WebSocketClient.ConnectAsync(gateway.Gateway, "/workers");

        Check("websocket.group", Answer.Mask($"{await NextAsync(client)}\n{await NextAsync(client)}"));
        await client.SendAsync("""{"type":"ack","records":[{"topic":"orders","partition":0,"offset":7}]}""");
        await client.SendAsync("done");
        Check("websocket.refused", $"{await NextAsync(client)}\n{await NextAsync(client)}");
        await client.SendAsync("""{"type":"ack","records":[{"topic":"orders","partition":0,"offset":0}]}""");
        Check("websocket.acked", await NextAsync(client));
    }

    [Fact]
    public async Task EventStream_OfAGroup_IsAsPromised()
    {
        await using var gateway = await OrdersGateway.StartAsync(Patience, Orders[0]);

        Check("sse.group", await gateway.StreamAsync("/workers", blankLines: 2));
    }

    private static void Check(string golden, string answer) => GoldenFile.Check($"{golden}.txt", Encoding.UTF8.GetBytes(answer.TrimEnd('\n') + "\n"));

    private static async Task<string> FramesAsync(OrdersGateway gateway, string path, int count, Func<WebSocketClient, Task>? greeted = null)
    {
        using var client = await WebSocketClient.ConnectAsync(gateway.Gateway, path);
        var frames = new List<string> { await NextAsync(client) };
        await (greeted?.Invoke(client) ?? Task.CompletedTask);
        while (frames.Count < count)
        {
            frames.Add(await NextAsync(client));
        }

        return Answer.Mask(string.Join('\n', frames));
    }

    private static async Task<string> NextAsync(WebSocketClient client) => (await client.NextAsync())!.ToJsonString();
}
