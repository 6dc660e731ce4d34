using System.Net;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Leasing;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Acknowledgements that are not as they should be, or that come when Kafka is not there.</summary>
public sealed class AckRequestTests(EmbeddedKafkaFixture embedded)
{
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/jsonp")]
    public async Task Post_AsAPageOfAnotherOriginMay_Is415(string contentType)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await AckClient.StartGatewayAsync(topic);
        using var request = new HttpRequestMessage(HttpMethod.Post, AckClient.Path) { Content = new ByteArrayContent("""{"batch":"b"}"""u8.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await Problem.ReadAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_TooLarge_Is413(bool isChunked)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await AckClient.StartGatewayAsync(topic);
        using var request = new HttpRequestMessage(HttpMethod.Post, AckClient.Path)
        {
            Content = new StringContent($$"""{"batch":"{{new string('x', 66_000)}}"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = isChunked;

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await Problem.ReadAsync(response, HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        await gateway.StopAsync();
        gateway.Logs.Entries.Should().NotContain(entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error, "the server reads what is left of the body");
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("3\r\n{}x")]
    [InlineData("ffffffffffffffffff\r\n")]
    public async Task Post_WhoseChunksAreNone_Is400AndNoFaultOfTheGateway(string chunks)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await AckClient.StartGatewayAsync(topic);
        using var connection = await RawConnection.OpenAsync(gateway);

        await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes(
            $"POST {AckClient.Path} HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}xx\r\n"));
        await connection.ReadUntilAsync("\r\n\r\n");

        connection.Received.Should().StartWith("HTTP/1.1 400 ", gateway.Logs.ToString());
        gateway.Logs.Entries.Should().NotContain(entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Post_NotAMessage_Is400()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await AckClient.StartGatewayAsync(topic);

        using var response = await new AckClient(gateway).PostAsync("""{"type":"acknowledge"}""");

        ((string?)(await Problem.ReadAsync(response, HttpStatusCode.BadRequest, "invalid-ack"))["detail"]).Should().Contain("'type' is 'ack'");
    }

    [Fact]
    public async Task Post_BeforeAnybodyAskedForRecords_IsStaleAndJoinsNoGroup()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await AckClient.StartGatewayAsync(topic);

        using var response = await new AckClient(gateway).PostAsync("""{"batch":"AAAAAAAAAAAAAAAAAAAAAA"}""");

        await Problem.ReadAsync(response, HttpStatusCode.Conflict, "stale-ack");
        gateway.Logs.ToString().Should().NotContain($"Kafka group {topic.Name}");
    }

    [Theory]
    [InlineData("auto", "POST", "GET")]
    [InlineData("client-acks", "PUT", "GET, POST")]
    [InlineData("off", "DELETE", "GET, POST")]
    public async Task Request_OfAnotherMethod_Is405(string strategy, string method, string allowed)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await AckClient.StartGatewayAsync(topic, ("CommitStrategy", strategy));
        using var request = new HttpRequestMessage(new HttpMethod(method), AckClient.Path);

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await Problem.ReadAsync(response, HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        string.Join(", ", response.Content.Headers.Allow).Should().Be(allowed);
    }

    [Fact]
    public async Task Post_WhileKafkaIsDown_Is503AndTheAckIsCommittedLater()
    {
        await using var cluster = EmbeddedKafka.Start();
        var kafka = new EmbeddedTestKafka(cluster);
        using var topic = await Topic.CreateAsync(kafka);
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = kafka.BootstrapServers,
            Routes = [AckClient.Route(topic, ("Config.session.timeout.ms", "15000"))],
            KafkaConsume = options => options.KafkaTimeout = TimeSpan.FromSeconds(1),
        });
        var client = new AckClient(gateway);
        var batch = await client.TakeExactlyAsync(5);

        cluster.StopBroker(1);
        using var response = await client.PostAsync($$"""{"batch":"{{batch.Id}}"}""");
        await Problem.ReadAsync(response, HttpStatusCode.ServiceUnavailable, "kafka-unavailable");
        cluster.StartBroker(1);

        await Eventually.UntilAsync(
            () => GroupClients.Committed(kafka.BootstrapServers, topic.Name, 1, topic.Name)[0] == 5, "the acknowledgement is committed");
        (await client.AckAsync(batch)).Should().Equal(5);
    }

    [Fact]
    public async Task Get_OnePartitionIsNotAcknowledged_TheOthersGoOn()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka, partitions: 2);
        await topic.ProduceManyAsync(0, 0, 20);
        await using var gateway = await AckClient.StartGatewayAsync(topic, ("MaxInFlight", "20"));
        var client = new AckClient(gateway);
        var stuck = await client.TakeExactlyAsync(20);
        await topic.ProduceManyAsync(0, 20, 5_000);
        await topic.ProduceManyAsync(1, 0, 200);

        List<string> seen = [];
        while (seen.Count < 200)
        {
            var batch = await client.TakeAsync(15);
            batch.Records.Should().NotBeEmpty().And.OnlyContain(record => (int)record["partition"]! == 1);
            seen.AddRange(batch.Values);
            await client.AckAsync(batch);
        }

        seen.Should().Equal(Enumerable.Range(0, 200).Select(number => $"v{number}"));
        await client.AckAsync(stuck);
        (await client.TakeAsync(1)).Values.Should().Equal("v20");
    }
}
