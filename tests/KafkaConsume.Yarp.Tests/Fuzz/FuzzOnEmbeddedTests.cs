using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Leasing;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>The same inputs by real connections, while somebody else has all the records. Nothing of it is that client's loss.</summary>
public sealed class FuzzOnEmbeddedTests(EmbeddedKafkaFixture embedded)
{
    private const int Records = 10;

    // What the gateway's own problems are called, and the server's, which come before the gateway is asked.
    private static readonly string[] CloseCodes = ["1000", "1002", "1003", "1007", "1008", "1009"];

    [Fact]
    public Task WebSocket_WhateverAClientSends_AnotherKeepsItsRecordsAndGoesOn() => BesideAnOwnerAsync(async (gateway, topic) =>
    {
        var words = Words(topic);
        for (var number = 0; number < 150; number++)
        {
            var random = new FuzzRandom(1, "wire", number);
            using var connection = await RawConnection.UpgradeAsync(gateway, AckClient.Path, "X-User: mallory");
            var greeting = connection.Received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            await TrySendAsync(connection, WireBytes.Next(random, () => random.OneIn(20) ? new byte[random.Below(90_000)] : AckMessages.Next(random, words)));

            // A close with 1000, where what was sent leaves room for one.
            await TrySendAsync(connection, [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8]);
            connection.Stream.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await connection.ReadToEndAsync();

            foreach (var frame in Frames(connection.Received[greeting..]))
            {
                CheckFrame(frame, number);
            }
        }
    });

    [Fact]
    public Task Post_WhateverAClientSends_AnotherKeepsItsRecordsAndGoesOn() => BesideAnOwnerAsync(async (gateway, topic) =>
    {
        var words = Words(topic);
        for (var number = 0; number < 300; number++)
        {
            var random = new FuzzRandom(1, "post", number);
            using var request = new HttpRequestMessage(HttpMethod.Post, AckClient.Path) { Content = new ByteArrayContent(AckMessages.Next(random, words)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TransferEncodingChunked = random.OneIn(3);
            request.Headers.Add("X-User", random.OneIn(4) ? "bob" : "mallory");
            request.Headers.TryAddWithoutValidation("KafkaConsume-Owner", random.Pick((string[])["", "gateway-1", "x", "a, b"]));
            using var response = await SendAsync(gateway, request, number);

            ((int)response.StatusCode).Should().BeOneOf([200, 400, 409, 413], $"of input {number}");
        }
    });

    [Theory]
    [InlineData(AckClient.Path)]
    [InlineData("/all")]
    public Task Get_WhateverAClientAsksFor_IsAnsweredAndAnotherKeepsItsRecords(string path) => BesideAnOwnerAsync(async (gateway, topic) =>
    {
        var map = new PartitionMap([new TopicPartitions(topic.Name, Guid.Empty, 1)]);
        for (var number = 0; number < 200; number++)
        {
            var lines = Encoding.Latin1.GetString(QueryTexts.Next(new FuzzRandom(1, "get", number), map, Words(topic).Batches)).Split('\n');
            using var connection = await RawConnection.OpenAsync(gateway);
            await TrySendAsync(connection, Encoding.Latin1.GetBytes(
                $"GET {path}?{lines[0]} HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nX-User: mallory\r\n{string.Concat(lines[1..].Select(line => line.Trim('\r') + "\r\n"))}\r\n"));
            await connection.ReadUntilAsync("\r\n\r\n");

            connection.Received.Should().MatchRegex("^HTTP/1.1 [1-4]", $"of input {number}: {lines[0]}");
        }
    });

    /// <summary>Sends inputs while a client has all the records, and checks that it has lost nothing by them.</summary>
    private async Task BesideAnOwnerAsync(Func<Gateway, Topic, Task> sendAsync)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await StartAsync(topic);
        using var owner = await WorkSocket.ConnectAsync(gateway, "ada");
        var records = await owner.TakeAsync(Records);

        await sendAsync(gateway, topic);

        await CheckOwnerAsync(gateway, topic, owner, records);
    }

    private static async Task<Gateway> StartAsync(Topic topic)
    {
        await topic.ProduceManyAsync(0, 0, Records);
        (string, string)[] settings = [("Mode", "auto"), ("AckTimeout", "01:00:00"), ("MaxWait", "00:00:00.020")];
        var gateway = await AckClient.StartGatewayAsync(topic, options => options.OwnerCookie = "owner", settings);
        gateway.Reload(AckClient.Route(topic, settings), Gateway.Route("all", "/all", topic.Name, ("Mode", "auto"), ("MaxWait", "00:00:00.020")));
        return gateway;
    }

    private static AckVocabulary Words(Topic topic) =>
        new([.. Enumerable.Range(0, Records).Select(offset => (topic.Name, 0, (long)offset)), (topic.Name, 1, 0)], [new string('A', 32), "b"]);

    private static async Task<HttpResponseMessage> SendAsync(Gateway gateway, HttpRequestMessage request, int number)
    {
        try
        {
            return await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new InvalidOperationException($"Input {number} has no answer: {gateway.Logs}", failure);
        }
    }

    private static async Task TrySendAsync(RawConnection connection, byte[] bytes)
    {
        try
        {
            await connection.SendAsync(bytes);
        }
        catch (IOException)
        {
            // The gateway has ended it, and may.
        }
    }

    /// <summary>Splits what a server has sent into its frames: they are not masked.</summary>
    private static IEnumerable<(int Opcode, string Payload)> Frames(string received)
    {
        for (var at = 0; at + 1 < received.Length;)
        {
            var (header, length) = received[at + 1] switch
            {
                (char)126 => (4, (received[at + 2] << 8) | received[at + 3]),
                (char)127 => throw new InvalidOperationException("Nothing that is answered is that long."),
                var small => (2, small),
            };
            yield return (received[at] & 0xF, received.Substring(at + header, length));
            at += header + length;
        }
    }

    private static void CheckFrame((int Opcode, string Payload) frame, int number)
    {
        if (frame.Opcode == 0x8)
        {
            $"{(frame.Payload[0] << 8) | frame.Payload[1]}".Should().BeOneOf(CloseCodes, $"of input {number}");
        }
        else if (frame.Opcode == 0x1)
        {
            var json = JsonNode.Parse(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(frame.Payload)))!;
            ((string?)json["type"]).Should().BeOneOf("hello", "error");
            ((string?)json["problem"])?[(((string)json["problem"]!).LastIndexOf('/') + 1)..].Should().BeOneOf("invalid-ack", "unknown-record", "stale-ack");
        }
    }

    /// <summary>Checks that the client that does everything right still has everything, and that its word is the first that counts.</summary>
    private static async Task CheckOwnerAsync(Gateway gateway, Topic topic, WorkSocket owner, List<JsonObject> records)
    {
        long[] Committed() => GroupClients.Committed(topic.Kafka.BootstrapServers, topic.Name, 1, topic.Name);

        Committed().Should().Equal(0);
        gateway.Logs.Entries.Should().NotContain(entry => entry.Level >= LogLevel.Error);
        await owner.AckAsync(records);
        await Eventually.UntilAsync(() => Committed()[0] == Records, "what its client has acknowledged is committed");
        await topic.ProduceAsync(0, "goes on");
        ((string?)(await owner.TakeAsync(1))[0]["value"]).Should().Be("goes on");
    }
}
