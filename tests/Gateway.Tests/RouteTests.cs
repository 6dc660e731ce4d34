using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Net.WebSockets;
using System.Text.Json;

namespace Gateway.Tests;

/// <summary>Every route of the sample answers, without a browser.</summary>
[Collection<SampleCollection>]
public sealed class RouteTests(EmbeddedGatewayFixture gateway) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = gateway.Address, Timeout = Patience.Duration };
    private readonly CancellationTokenSource _deadline = CreateDeadline();

    public void Dispose()
    {
        _client.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Batch_TwoCalls_ShareTheOrders()
    {
        var first = await ReadAsync("/orders/batch?max=3&wait=20");
        var second = await ReadAsync("/orders/batch?max=3&wait=20");

        first.Should().NotBeEmpty();
        second.Should().NotBeEmpty();
        first.Concat(second).Select(Place).Should().OnlyHaveUniqueItems();
        first.Should().AllSatisfy(BeAnOrder);
    }

    [Fact]
    public async Task Orders_FromEarliest_GoesOnBehindItsLinks()
    {
        var records = new List<JsonElement>();
        var next = "/orders?from=earliest&max=5";
        while (records.Count < 20)
        {
            using var response = await _client.GetAsync(next, _deadline.Token);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
            var page = await response.Content.ReadFromJsonAsync<JsonElement[]>(_deadline.Token);
            page.Should().HaveCountLessThanOrEqualTo(5);
            records.AddRange(page!);

            var cursor = response.Headers.GetValues("KafkaConsume-Cursor").Should().ContainSingle().Subject;
            var link = response.Headers.GetValues("Link").Should().ContainSingle().Subject;
            link.Should().Contain(cursor).And.EndWith(">; rel=\"next\"");
            next = link[1..link.IndexOf('>', StringComparison.Ordinal)];
        }

        records.Should().AllSatisfy(BeAnOrder);
        foreach (var partition in records.GroupBy(record => record.GetProperty("partition").GetInt32()))
        {
            partition.Select(record => record.GetProperty("offset").GetInt32()).Should().Equal(Enumerable.Range(0, partition.Count()));
        }
    }

    [Fact]
    public async Task Orders_NdjsonAsked_GivesOneOrderALine()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders?from=earliest&max=4");
        request.Headers.Accept.ParseAdd("application/x-ndjson");

        using var response = await _client.SendAsync(request, _deadline.Token);

        response.Content.Headers.ContentType!.MediaType.Should().Be("application/x-ndjson");
        var lines = (await response.Content.ReadAsStringAsync(_deadline.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.Should().BeInRange(1, 4);
        lines.Should().AllSatisfy(line => BeAnOrder(JsonDocument.Parse(line).RootElement));
    }

    [Theory]
    [InlineData("/orders/sse", null)]
    [InlineData("/orders", "text/event-stream")]
    public async Task Stream_Opened_SendsTheNextOrders(string path, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _deadline.Token);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");

        await using var body = await response.Content.ReadAsStreamAsync(_deadline.Token);
        var records = await SseParser.Create(body).EnumerateAsync(_deadline.Token)
            .Where(item => item.Data.Length > 0).Take(3).Select(item => item.Data).ToArrayAsync(_deadline.Token);

        records.Should().AllSatisfy(record => BeAnOrder(JsonDocument.Parse(record).RootElement));
    }

    [Theory]
    [InlineData("/orders/ws")]
    [InlineData("/orders")]
    public async Task WebSocket_Opened_SaysHelloAndSendsTheNextOrders(string path)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(gateway.Address, path)) { Scheme = "ws" }.Uri, _deadline.Token);

        var hello = await ReceiveAsync(socket);
        var record = await ReceiveAsync(socket);

        hello.GetProperty("type").GetString().Should().Be("hello");
        hello.GetProperty("cursor").GetString().Should().NotBeNullOrEmpty();
        record.GetProperty("type").GetString().Should().Be("record");
        BeAnOrder(record);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, _deadline.Token);
    }

    [Fact]
    public async Task Hello_Get_IsForwardedToTheUpstream()
    {
        using var response = await _client.GetAsync("/hello", _deadline.Token);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync(_deadline.Token)).Should().Contain("Hello from behind the gateway.");
    }

    [Fact]
    public async Task Root_Get_IsThePage()
    {
        using var response = await _client.GetAsync("/", _deadline.Token);

        response.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
        (await response.Content.ReadAsStringAsync(_deadline.Token)).Should().Contain("One topic, three ways to read it");
    }

    private static CancellationTokenSource CreateDeadline()
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience.Duration);
        return deadline;
    }

    private static void BeAnOrder(JsonElement record)
    {
        record.GetProperty("topic").GetString().Should().Be("orders");
        record.GetProperty("partition").GetInt32().Should().BeInRange(0, 2);
        record.GetProperty("timestamp").GetDateTimeOffset().Should().BeCloseTo(TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));
        record.GetProperty("key").GetString().Should().MatchRegex(@"^c-\d+$");
        record.GetProperty("headers").EnumerateArray().Select(header => header.GetProperty("key").GetString())
            .Should().Equal("traceparent", "event-type", "content-type");

        var order = record.GetProperty("value");
        order.GetProperty("customerId").GetString().Should().Be(record.GetProperty("key").GetString());
        order.GetProperty("orderId").GetString().Should().MatchRegex(@"^o-\d+$");
        order.GetProperty("status").GetString().Should().BeOneOf("created", "paid", "packed", "shipped", "delivered", "cancelled");
        order.GetProperty("total").GetDecimal().Should().BePositive();
        order.GetProperty("items").GetArrayLength().Should().BePositive();
    }

    private static (int, long) Place(JsonElement record) => (record.GetProperty("partition").GetInt32(), record.GetProperty("offset").GetInt64());

    private async Task<JsonElement[]> ReadAsync(string path) => (await _client.GetFromJsonAsync<JsonElement[]>(path, _deadline.Token))!;

    private async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        ValueWebSocketReceiveResult frame;
        do
        {
            frame = await socket.ReceiveAsync(buffer.AsMemory(length), _deadline.Token);
            length += frame.Count;
        }
        while (!frame.EndOfMessage);

        return JsonDocument.Parse(buffer.AsMemory(0, length)).RootElement;
    }
}
