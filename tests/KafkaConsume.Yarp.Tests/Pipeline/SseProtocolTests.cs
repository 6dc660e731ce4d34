using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>The bytes of an event stream.</summary>
public sealed class SseProtocolTests(EmbeddedKafkaFixture embedded)
{
    [Fact]
    public async Task Stream_BeforeAnyRecord_HasSentItsHeadersRetryAndId()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse")));
        using var connection = await RawConnection.GetAsync(gateway, "/sse");

        await connection.ReadUntilAsync(received => received.Contains("\nid: ", StringComparison.Ordinal), "the id");

        var (head, body) = Split(connection.Received);
        head[0].Should().Be("HTTP/1.1 200 OK");
        head[1..].Where(header => !header.StartsWith("Date: ", StringComparison.Ordinal)).Should().BeEquivalentTo(
            "Content-Type: text/event-stream",
            "Cache-Control: no-cache,no-store",
            "Pragma: no-cache",
            "Content-Encoding: identity",
            "X-Accel-Buffering: no",
            "X-Content-Type-Options: nosniff",
            "Incremental: ?1",
            "Server: Kestrel",
            "Transfer-Encoding: chunked");
        body.Should().MatchRegex("^[0-9a-f]+\r\nretry: [1-5][0-9]{3}\n\nid: [A-Za-z0-9_-]+\n\n");
    }

    [Fact]
    public async Task Stream_OfAGatewayThatStops_EndsWithAWholeBody()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse")));
        using var connection = await RawConnection.GetAsync(gateway, "/sse");
        await connection.ReadUntilAsync("\nid: ");

        await gateway.StopAsync();
        await connection.ReadToEndAsync();

        connection.Received.Should().EndWith("\r\n0\r\n\r\n");
    }

    [Fact]
    public async Task Stream_Silent_SendsACommentEveryHeartbeatIntervalAndNothingElse()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse"), ("HeartbeatInterval", "00:00:01")));
        using var connection = await RawConnection.GetAsync(gateway, "/sse");

        await connection.ReadUntilAsync(received => received.Split("\r\n3\r\n:\n\n").Length > 2, "two heartbeats");

        var lines = Split(connection.Received).Body.Split('\n').Where(line => line.Contains(':', StringComparison.Ordinal)).ToList();
        lines.Where(line => line == ":").Should().HaveCount(2);
        lines.Where(line => line != ":").Should().SatisfyRespectively(
            first => first.Should().StartWith("retry: "), second => second.Should().StartWith("id: "));
        await topic.ProduceAsync(0, "still here");
        await connection.ReadUntilAsync("still here");
    }

    [Fact]
    public async Task Stream_Http2_IsTheSame()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse"))],
            Kestrel = GatewayOptions.Http2,
        });
        gateway.Client.DefaultRequestVersion = System.Net.HttpVersion.Version20;
        gateway.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sse")
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).Should().StartWith("retry: ");

        await topic.ProduceAsync(0, "one");

        response.Version.Should().Be(System.Net.HttpVersion.Version20);
        response.Headers.GetValues("Incremental").Should().Equal("?1");
        string? line;
        do
        {
            line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        }
        while (!line!.StartsWith("data: ", StringComparison.Ordinal));
        ((string?)JsonNode.Parse(line["data: ".Length..])!["value"]).Should().Be("one");
    }

    private static (string[] Head, string Body) Split(string received)
    {
        var end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (received[..end].Split("\r\n"), received[(end + 4)..]);
    }
}
