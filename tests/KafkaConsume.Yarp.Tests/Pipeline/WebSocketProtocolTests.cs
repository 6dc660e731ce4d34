using System.Net;
using System.Net.WebSockets;
using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.AspNetCore.Builder;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What WebSocket clients may do, and how they are told what they may not.</summary>
public sealed class WebSocketProtocolTests(EmbeddedKafkaFixture embedded)
{
    [Fact]
    public async Task PlainGet_Is426WithUpgrade()
    {
        await using var gateway = await StartAsync();
        using var response = await Problem.AskAsync(gateway, Transport.Get, "/ws");

        await Problem.ReadAsync(response, HttpStatusCode.UpgradeRequired, "upgrade-required");
        response.Headers.Upgrade.Should().ContainSingle(upgrade => upgrade.Name == "websocket");
    }

    [Fact]
    public async Task BinaryFrame_IsClosedWith1003()
    {
        await using var gateway = await StartAsync();
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws");

        await client.Socket.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

        (await client.ReadToCloseAsync()).Should().Be(WebSocketCloseStatus.InvalidMessageType);
    }

    [Fact]
    public async Task FrameOfMoreThan64KiB_IsClosedWith1009()
    {
        await using var gateway = await StartAsync();
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws");
        await client.NextAsync();

        await client.SendAsync(new string('x', 64 * 1024));
        Problem.Check((await client.NextAsync())!, HttpStatusCode.BadRequest, "invalid-frame", "problem");
        await client.SendAsync(new string('x', (64 * 1024) + 1));

        (await client.ReadToCloseAsync()).Should().Be(WebSocketCloseStatus.MessageTooBig);
    }

    [Fact]
    public async Task FramesThatBroadcastDoesNotKnow_AreAnsweredAndInTheEndClosedWith1008()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await StartAsync(topic);
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws");
        await client.NextAsync();
        foreach (var frame in new[] { """{"type":"ack","records":[]}""", "not json", "", """{"type":""" })
        {
            await client.SendAsync(frame);
            var answer = await client.NextAsync();
            ((string?)answer!["type"]).Should().Be("error");
            Problem.Check(answer, HttpStatusCode.BadRequest, "invalid-frame", "problem");
        }

        await topic.ProduceAsync(0, "goes on");
        (await client.TakeValuesAsync(1)).Should().Equal("goes on");
        for (var count = 4; count < 11; count++)
        {
            await client.SendAsync("again");
        }

        (await client.ReadToCloseAsync()).Should().Be(WebSocketCloseStatus.PolicyViolation);
    }

    [Fact]
    public async Task BadUtf8_IsClosedWith1007()
    {
        await using var gateway = await StartAsync();
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws");

        await client.Socket.SendAsync(new byte[] { 0xc3, 0x28 }, WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

        (await client.ReadToCloseAsync()).Should().Be(WebSocketCloseStatus.InvalidPayloadData);
    }

    [Fact]
    public async Task ClientClose_IsAnsweredWith1000()
    {
        await using var gateway = await StartAsync();
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws");

        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", TestContext.Current.CancellationToken)
            .WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);

        client.Socket.State.Should().Be(WebSocketState.Closed);
        client.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
        gateway.Logs.Entries.Should().NotContain(entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Ping_IsAnsweredWithItsPayload()
    {
        await using var gateway = await StartAsync();
        using var connection = await RawConnection.UpgradeAsync(gateway, "/ws");

        await connection.SendFrameAsync(0x9, "are you there"u8.ToArray());

        await connection.ReadUntilAsync("\u008a\u000dare you there");
    }

    [Fact]
    public async Task Frames_LargeAndSmall_AreFramedAsTheProtocolWants()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await StartAsync(topic);
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws");

        // Around the lengths at which a frame's header grows.
        int[] lengths = [0, 1, 50, 125, 126, 127, 65_000, 65_400, 65_535, 65_536, 70_000, 200_000];
        foreach (var length in lengths)
        {
            await topic.ProduceAsync(0, new string('y', length));
        }

        (await client.TakeValuesAsync(lengths.Length)).Select(value => value!.Length).Should().Equal(lengths);
    }

    [Theory]
    [InlineData("https://elsewhere.example", "session=1", false)]
    [InlineData("null", "session=1", false)]
    [InlineData("https://elsewhere.example", null, true)]
    [InlineData("own", "session=1", true)]
    [InlineData(null, "session=1", true)]
    public async Task Origin_OfAnotherPageWithCookies_IsRefused(string? origin, string? cookie, bool isAllowed)
    {
        await using var gateway = await StartAsync();
        string[] headers =
        [
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            .. origin is null ? [] : new[] { "Origin: " + (origin == "own" ? "http://" + gateway.Address.Authority : origin) },
            .. cookie is null ? [] : new[] { "Cookie: " + cookie },
        ];
        using var connection = await RawConnection.GetAsync(gateway, "/ws", headers: headers);

        await connection.ReadUntilAsync(isAllowed ? "\"hello\"" : "origin-denied");

        connection.Received.Should().StartWith(isAllowed ? "HTTP/1.1 101 " : "HTTP/1.1 403 ");
    }

    [Fact]
    public async Task Heartbeat_OfASilentStream_CarriesTheCursor()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await StartAsync(topic, ("HeartbeatInterval", "00:00:01"));
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws");
        var hello = await client.NextAsync();

        var first = await client.NextAsync();
        await topic.ProduceAsync(0, "one");
        var record = (await client.TakeRecordsAsync(1))[0];
        var second = await client.NextAsync();

        first!.ToJsonString().Should().Be($$"""{"type":"heartbeat","cursor":"{{hello!["cursor"]}}"}""");
        second!.ToJsonString().Should().Be($$"""{"type":"heartbeat","cursor":"{{record["cursor"]}}"}""");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BesideAProxiedWebSocket_WithAndWithoutUseWebSockets_BothWork(bool usesWebSockets)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var upstream = await Upstream.StartAsync();
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes =
            [
                Gateway.Route("ws", "/ws", topic.Name, ("Mode", "websocket")),
                new RouteConfig { RouteId = "echo", ClusterId = Upstream.ClusterId, Match = new RouteMatch { Path = "/echo" } },
            ],
            Clusters = [upstream.Cluster()],
            Pipeline = app => _ = usesWebSockets ? app.UseWebSockets() : app,
        });
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws?from=earliest");
        using var proxied = await WebSocketClient.ConnectAsync(gateway, "/echo");

        await topic.ProduceAsync(0, "from Kafka");
        await proxied.SendAsync("""{"from":"the client"}""");

        (await client.TakeValuesAsync(1)).Should().Equal("from Kafka");
        (await proxied.NextAsync())!.ToJsonString().Should().Be("""{"from":"the client"}""");
        upstream.Requests.Should().Be(1);
    }

    [Fact]
    public async Task ExtendedConnect_OfHttp2_IsAnswered()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("ws", "/ws", topic.Name, ("Mode", "websocket"))],
            Kestrel = GatewayOptions.Http2,
        });
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws", socket, invoker);
        ((string?)(await client.NextAsync())!["type"]).Should().Be("hello");

        await topic.ProduceAsync(0, "one", new string('z', 100_000), "three");

        (await client.TakeValuesAsync(3)).Select(value => value!.Length).Should().Equal(3, 100_000, 5);
        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken)
            .WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        client.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
    }

    private async Task<Gateway> StartAsync()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        return await StartAsync(topic);
    }

    private static Task<Gateway> StartAsync(Topic topic, params (string, string)[] settings) => Gateway.StartAsync(
        topic.Kafka.BootstrapServers, Gateway.Route("ws", "/ws", topic.Name, [("Mode", "websocket"), .. settings]));
}
