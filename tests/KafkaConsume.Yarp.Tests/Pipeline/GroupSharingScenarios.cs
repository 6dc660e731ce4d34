using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Leasing;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>The other ways in which streams of a group may be set up, whatever the cluster.</summary>
public abstract class GroupSharingScenarios
{
    protected abstract Task<ITestKafka> KafkaAsync();

    [Fact]
    public async Task Record_OnePartition_GoesToAllClientsInAboutEqualParts()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await using var gateway = await StartAsync(topic, ("ConsumerGroup.Distribution", "record"));
        using var first = await WorkSocket.ConnectAsync(gateway);
        using var second = await WorkSocket.ConnectAsync(gateway);
        using var third = await WorkSocket.ConnectAsync(gateway);
        await topic.ProduceManyAsync(0, 0, 300);

        var all = await Task.WhenAll(first.TakeAsync(100), second.TakeAsync(100), third.TakeAsync(100));

        all.SelectMany(records => records).Select(Offset).Should().BeEquivalentTo(Enumerable.Range(0, 300));
        await third.AckAsync(all[2]);
        await second.AckAsync(all[1]);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
        Committed(topic).Should().BeLessThanOrEqualTo(all[0].Min(Offset), "the first client is still at work");
        first.Cut();
        var again = (await Task.WhenAll(second.TakeAsync(1), third.TakeAsync(1))).SelectMany(records => records);
        again.Should().OnlyContain(record => (int)record["attempt"]! == 2);
    }

    [Fact]
    public async Task Permit_NothingComesBeforeItAndNoMoreThanItAllows()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 20);
        await using var gateway = await StartAsync(topic, ("Flow", "permit"), ("HeartbeatInterval", "00:00:01"));
        using var client = await WorkSocket.ConnectAsync(gateway);

        // Two heartbeats after the group was joined there would have been a record.
        await Eventually.UntilAsync(() => gateway.Logs.ToString().Contains("took over"), "it joins");
        for (var beats = 0; beats < 2; beats++)
        {
            ((string?)(await client.Client.NextAsync())!["type"]).Should().Be("heartbeat");
        }

        await client.SayAsync("""{"type":"permit","count":2}""");
        await client.SayAsync("""{"type":"permit","count":3}""");
        var taken = await client.TakeAsync(5);
        ((string?)(await client.Client.NextAsync())!["type"]).Should().Be("heartbeat");
        await client.AckAsync(taken);
        ((string?)(await client.Client.NextAsync())!["type"]).Should().Be("heartbeat", "to acknowledge is not to ask for more");
        await client.SayAsync("""{"type":"permit","count":1}""");

        (await client.TakeAsync(1)).Select(Offset).Should().Equal(5);
    }

    [Fact]
    public async Task AckReplies_AreSentWhenKafkaHasTheCommit()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 10);
        await using var gateway = await StartAsync(topic, ("AckReplies", "true"));
        using var client = await WorkSocket.ConnectAsync(gateway);
        var taken = await client.TakeAsync(10);

        await client.AckAsync(taken[1]);
        (await ReplyAsync(client)).Should().Be(0, "the record before it is missing");
        await client.AckAsync(taken[0]);
        (await ReplyAsync(client)).Should().Be(2);
        Committed(topic).Should().Be(2);
        foreach (var record in taken[2..])
        {
            await client.AckAsync(record);
        }

        for (var reply = 3; reply <= 10; reply++)
        {
            (await ReplyAsync(client)).Should().BeGreaterThanOrEqualTo(reply);
        }

        await client.SayAsync($$"""{"type":"nack",{{WorkSocket.Records(taken[0])}}}""");
        await client.ReadErrorAsync(HttpStatusCode.Conflict, "stale-ack");
    }

    [Fact]
    public async Task Off_OnAWebSocket_CommitsWhatTheClientSaysAndNothingElse()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 10);
        await using (var gateway = await StartAsync(topic, ("CommitStrategy", "off")))
        {
            using var client = await WorkSocket.ConnectAsync(gateway);
            client.Hello.Select(property => property.Key).Should().Equal("type", "delivery", "session");
            var taken = await client.TakeAsync(10);
            taken.Should().OnlyContain(record => record["attempt"] == null);
            await client.AckAsync(taken[0]);
            await client.ReadErrorAsync(HttpStatusCode.BadRequest, "invalid-ack");
            await client.SayAsync($$"""{"type":"commit","offsets":[{"topic":"{{topic.Name}}","partition":0,"nextOffset":11}]}""");
            (await client.ReadErrorAsync(HttpStatusCode.BadRequest, "unknown-record")).Should().Equal(10);
            await client.SayAsync($$"""{"type":"commit","offsets":[{"topic":"{{topic.Name}}","partition":0,"nextOffset":4}]}""");
            await Eventually.UntilAsync(() => Committed(topic) == 4, "the commit");
            await gateway.StopAsync();
        }

        Committed(topic).Should().Be(4);
        await using var next = await StartAsync(topic, ("CommitStrategy", "off"));
        using var other = await WorkSocket.ConnectAsync(next);
        (await other.TakeAsync(1)).Select(Offset).Should().Equal(4);
    }

    [Fact]
    public async Task Auto_OnAWebSocket_CommitsWhatTheClientHasReadAndNothingElse()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await StartAsync(topic, ("CommitStrategy", "auto"));

        // One that is there, and does not read: it answers no ping.
        using var deaf = await RawConnection.UpgradeAsync(gateway, AckClient.Path);
        await deaf.ReadUntilAsync("v2");
        using var client = await WorkSocket.ConnectAsync(gateway);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        Committed(topic).Should().Be(0);

        deaf.Dispose();

        (await client.TakeAsync(3)).Select(Offset).Should().Equal(0, 1, 2);

        // A client answers pings while it reads.
        var reading = client.TakeAsync(1);
        await Eventually.UntilAsync(() => Committed(topic) == 3, "the commit");
        await topic.ProduceAsync(0, "v3");
        await client.AckAsync(await reading);
        await client.ReadErrorAsync(HttpStatusCode.BadRequest, "invalid-ack");
    }

    [Fact]
    public async Task Auto_OnAnEventStream_CommitsWhatOutlivedAHeartbeatAndRepeatsTheRest()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await StartAsync(topic, ("CommitStrategy", "auto"));
        await using (var cut = await SseClient.ConnectAsync(gateway.Client, AckClient.Path))
        {
            (await cut.TakeValuesAsync(3)).Should().Equal("v0", "v1", "v2");
            cut.LastEventId.Should().BeEmpty();
        }

        await using var client = await SseClient.ConnectAsync(gateway.Client, AckClient.Path);
        (await client.TakeValuesAsync(3)).Should().Equal("v0", "v1", "v2");
        Committed(topic).Should().Be(0);
        await Eventually.UntilAsync(() => Committed(topic) == 3, "the commit");
        await topic.ProduceAsync(0, "v3");

        (await client.TakeValuesAsync(1)).Should().Equal("v3");
    }

    [Fact]
    public async Task ClientAcks_OnAnEventStream_ComeByPost()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 120);
        await using var gateway = await StartAsync(topic);
        var poster = new AckClient(gateway);
        await using var stream = await SseClient.ConnectAsync(gateway.Client, AckClient.Path);
        var taken = await stream.TakeRecordsAsync(100);
        taken.Should().OnlyContain(record => (int)record["attempt"]! == 1);
        var next = stream.NextAsync();
        next.IsCompleted.Should().BeFalse("it has as many as it may");

        (await poster.SayAsync($$"""{"type":"ack",{{WorkSocket.Records(taken[3])}}}""")).Should().Equal(0);
        (await poster.SayAsync($$"""{"type":"ack","topic":"{{topic.Name}}","partition":0,"through":49}""")).Should().Equal(50);
        ((long)JsonNode.Parse((await next)!.Value.Data)!["offset"]!).Should().Be(100);
        (await stream.TakeRecordsAsync(19)).Select(Offset).Should().Equal(Enumerable.Range(101, 19).Select(offset => (long)offset));
        await poster.SayAsync($$"""{"type":"nack",{{WorkSocket.Records(taken[60])}}}""");

        var again = (await stream.TakeRecordsAsync(1))[0];
        (Offset(again), (int)again["attempt"]!).Should().Be((60, 2));
        Committed(topic).Should().Be(50);
    }

    [Fact]
    public async Task Off_OnAnEventStream_IsCommittedByPost()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await StartAsync(topic, ("CommitStrategy", "off"));
        await using var stream = await SseClient.ConnectAsync(gateway.Client, AckClient.Path);
        await stream.TakeRecordsAsync(5);

        (await new AckClient(gateway).SayAsync($$"""{"type":"commit","offsets":[{"topic":"{{topic.Name}}","partition":0,"nextOffset":3}]}"""))
            .Should().Equal(3);

        Committed(topic).Should().Be(3);
    }

    [Fact]
    public async Task Streams_OfARouteThatAReloadChanges_EndAndTheirRecordsComeAgain()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 4);
        await using var gateway = await StartAsync(topic);
        using var client = await WorkSocket.ConnectAsync(gateway);
        var taken = await client.TakeAsync(4);
        await client.AckAsync(taken[0]);

        gateway.Reload(AckClient.Route(topic, ("Mode", "websocket"), ("ConsumerGroup.Distribution", "record")));

        (await client.Client.ReadToCloseAsync()).Should().Be((WebSocketCloseStatus)1012);
        using var next = await WorkSocket.ConnectAsync(gateway);
        (await next.TakeAsync(3)).Select(Offset).Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData(Transport.WebSocket)]
    [InlineData(Transport.ServerSentEvents)]
    public async Task Stream_OfATopicThatIsMissing_Is404(Transport transport)
    {
        var kafka = await KafkaAsync();
        await using var gateway = await Gateway.StartAsync(kafka.BootstrapServers, Gateway.Route(
            "missing", AckClient.Path, $"missing-{Guid.NewGuid():N}", ("Mode", "auto"), ("ConsumerGroup.Mode", "random")));

        using var answer = await Problem.AskAsync(gateway, transport, AckClient.Path);

        await Problem.ReadAsync(answer, HttpStatusCode.NotFound, "topic-not-found");
    }

    private static Task<Gateway> StartAsync(Topic topic, params (string, string)[] settings) =>
        AckClient.StartGatewayAsync(topic, [("Mode", "auto"), .. settings]);

    private static async Task<long> ReplyAsync(WorkSocket client)
    {
        var frame = (await client.NextAsync())!;
        ((string?)frame["type"]).Should().Be("acked", frame.ToJsonString());
        return (long)frame["committed"]![0]!["nextOffset"]!;
    }

    private static long Offset(JsonNode record) => (long)record["offset"]!;

    private static long Committed(Topic topic) => GroupClients.Committed(topic.Kafka.BootstrapServers, topic.Name, 1, topic.Name)[0];
}
