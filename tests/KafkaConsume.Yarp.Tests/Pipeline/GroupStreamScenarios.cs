using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Leasing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What clients of a group see that work on its records over WebSockets, whatever the cluster.</summary>
public abstract class GroupStreamScenarios
{
    protected abstract Task<ITestKafka> KafkaAsync();

    [Fact]
    public async Task WebSocket_SeveralClients_HavePartitionsOfTheirOwnAndGetThemInOrder()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 5);
        await using var gateway = await StartAsync(topic);
        using var first = await WorkSocket.ConnectAsync(gateway);
        using var second = await WorkSocket.ConnectAsync(gateway);
        await ProduceAsync(topic, partitions: 5, 0, 40);

        var seen = new ConcurrentDictionary<string, WorkSocket>(StringComparer.Ordinal);
        var works = await Task.WhenAll(WorkAsync(first, seen, 200), WorkAsync(second, seen, 200));

        seen.Should().HaveCount(200);
        var partitions = works.Select(work => work.Select(Partition).Distinct().Order().ToArray()).ToArray();
        partitions.Select(own => own.Length).Should().BeEquivalentTo([3, 2]);
        partitions.SelectMany(own => own).Should().OnlyHaveUniqueItems();
        works.Should().AllSatisfy(CheckOrder);
        await UntilCommittedAsync(topic, 40, 40, 40, 40, 40);
    }

    [Fact]
    public async Task WebSocket_ClientsComeAndGo_NothingIsLostAndEachKeepsTheOrder()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 4);
        await using var gateway = await StartAsync(topic);
        var seen = new ConcurrentDictionary<string, WorkSocket>(StringComparer.Ordinal);
        using var steady = await WorkSocket.ConnectAsync(gateway);
        var produced = Task.Run(
            async () =>
            {
                for (var first = 0; first < 500; first += 10)
                {
                    await ProduceAsync(topic, partitions: 4, first, 10);
                }
            },
            TestContext.Current.CancellationToken);
        var works = new List<Task<List<JsonObject>>> { WorkAsync(steady, seen, 2_000) };
        for (var guest = 1; guest <= 4; guest++)
        {
            using var other = await WorkSocket.ConnectAsync(gateway);
            works.Add(WorkAsync(other, seen, 2_000, most: 100 * guest));
            await Task.WhenAny(works[^1], works[0]);

            // Half of them go while they still have records.
            if (guest % 2 == 0)
            {
                other.Cut();
            }
        }

        await produced;
        await Task.WhenAll(works);
        seen.Should().HaveCount(2_000);
        works.Select(work => work.Result).Should().AllSatisfy(CheckOrder);
        _ = WorkAsync(steady, new ConcurrentDictionary<string, WorkSocket>(StringComparer.Ordinal), int.MaxValue);
        await UntilCommittedAsync(topic, 500, 500, 500, 500);
    }

    [Fact]
    public async Task WebSocket_AClientGoesWithRecords_AnotherGetsThemAtOnceAndBeforeLaterOnes()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 6);
        await using var gateway = await StartAsync(topic, ("AckTimeout", "01:00:00"));
        using var first = await WorkSocket.ConnectAsync(gateway);
        var taken = await first.TakeAsync(6);
        taken.Should().OnlyContain(record => (int)record["attempt"]! == 1);
        using var second = await WorkSocket.ConnectAsync(gateway);
        await first.AckAsync(taken[0], taken[3]);
        await topic.ProduceAsync(0, "later");
        (await first.TakeAsync(1)).Select(Value).Should().Equal("later");
        await UntilCommittedAsync(topic, 1);

        first.Cut();

        var again = await second.TakeAsync(5);
        again.Select(Value).Should().Equal("v1", "v2", "v4", "v5", "later");
        again.Should().OnlyContain(record => (int)record["attempt"]! == 2);
        await second.AckAsync(again);
        await UntilCommittedAsync(topic, 7);
    }

    [Fact]
    public async Task WebSocket_EverythingThatClientsMaySay_IsDone()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 8);
        await using var gateway = await StartAsync(topic, ("AckTimeout", "00:00:03"), ("MaxInFlight", "8"));
        using var client = await WorkSocket.ConnectAsync(gateway);
        client.Hello.ToJsonString().Should().Be(
            $$"""{"type":"hello","delivery":"group","session":"{{client.Hello["session"]}}","ackTimeout":3,"maxInFlight":8}""");
        var taken = await client.TakeAsync(8);

        await client.AckAsync(taken[1]);
        await client.SayAsync($$"""{"type":"nack",{{WorkSocket.Records(taken[0])}},"reason":"not now"}""");
        var again = (await client.TakeAsync(1))[0];
        (Value(again), (int)again["attempt"]!).Should().Be(("v0", 2));
        await client.SayAsync($$"""{"type":"ack","topic":"{{topic.Name}}","partition":0,"through":3}""");
        await UntilCommittedAsync(topic, 4);
        await client.SayAsync($$"""{"type":"commit","offsets":[{"topic":"{{topic.Name}}","partition":0,"nextOffset":6}]}""");
        await UntilCommittedAsync(topic, 6);
        await client.SayAsync($$"""{"type":"nack",{{WorkSocket.Records(taken[6])}},"delay":0.2}""");
        (await client.TakeAsync(1)).Select(Value).Should().Equal("v6");

        // Kept for longer than its time, the last one does not come again until it is left alone.
        await client.AckAsync(taken[6]);
        var next = client.TakeAsync(1);
        for (var times = 0; times < 5; times++)
        {
            await client.SayAsync($$"""{"type":"extend",{{WorkSocket.Records(taken[7])}}}""");
            await Task.Delay(TimeSpan.FromSeconds(0.9), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        next.IsCompleted.Should().BeFalse();
        (await next).Select(record => (Value(record), (int)record["attempt"]!)).Should().Equal(("v7", 2));
        await client.AckAsync(taken[7]);
        await UntilCommittedAsync(topic, 8);
    }

    [Fact]
    public async Task WebSocket_WhatIsNotTheClientsToSay_IsRefusedAndMovesNothing()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 2);
        await using var gateway = await StartAsync(topic);
        using var first = await WorkSocket.ConnectAsync(gateway, "ada");
        using var second = await WorkSocket.ConnectAsync(gateway, "ada");
        await ProduceAsync(topic, partitions: 2, 0, 5);
        var taken = await first.TakeAsync(5);
        await second.TakeAsync(5);
        var partition = Partition(taken[0]);

        await second.AckAsync(taken[..2]);
        (await second.ReadErrorAsync(HttpStatusCode.Conflict, "stale-ack")).Should().Equal(0, 1);
        await second.SayAsync($$"""{"type":"ack","topic":"{{topic.Name}}","partition":{{partition}},"through":4}""");
        (await second.ReadErrorAsync(HttpStatusCode.Conflict, "stale-ack")).Should().Equal(4);
        foreach (var offset in (long[])[5, 1_000_000, long.MaxValue])
        {
            await first.SayAsync($$"""{"type":"ack","records":[{"topic":"{{topic.Name}}","partition":{{partition}},"offset":{{offset}}}]}""");
            (await first.ReadErrorAsync(HttpStatusCode.BadRequest, "unknown-record")).Should().Equal(offset);
            await first.SayAsync($$"""{"type":"ack","topic":"{{topic.Name}}","partition":{{partition}},"through":{{offset}}}""");
            (await first.ReadErrorAsync(HttpStatusCode.BadRequest, "unknown-record")).Should().Equal(offset);
        }

        await first.SayAsync($$"""{"type":"ack","records":[{"topic":"other","partition":0,"offset":0}]}""");
        await first.ReadErrorAsync(HttpStatusCode.Conflict, "stale-ack");
        await first.SayAsync("""{"batch":"AAAAAAAAAAAAAAAAAAAAAA"}""");
        await first.ReadErrorAsync(HttpStatusCode.BadRequest, "invalid-ack");
        await first.SayAsync("""{"type":"permit","count":5}""");
        await first.ReadErrorAsync(HttpStatusCode.BadRequest, "invalid-ack");
        Committed(topic, 2).Should().Equal(0, 0);

        await first.AckAsync(taken);
        await Eventually.UntilAsync(() => Committed(topic, 2)[partition] == 5, "what is right is done all the same");
        Committed(topic, 2)[1 - partition].Should().Be(0);
    }

    [Fact]
    public async Task WebSocket_TooManyFramesThatMeanNothing_IsClosedWith1008AndItsRecordsComeAgain()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await StartAsync(topic);
        using var first = await WorkSocket.ConnectAsync(gateway);
        await first.TakeAsync(3);
        using var second = await WorkSocket.ConnectAsync(gateway);
        for (var times = 0; times < 11; times++)
        {
            await first.SayAsync(times % 2 == 0 ? "{}" : "not json");
        }

        (await first.Client.ReadToCloseAsync()).Should().Be(WebSocketCloseStatus.PolicyViolation);

        (await second.TakeAsync(3)).Select(Value).Should().Equal("v0", "v1", "v2");
    }

    [Fact]
    public async Task WebSocket_TheClientHasAllThatItMay_TheRestWaitsAndOthersAreNotHeldUp()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 2);
        await using var gateway = await StartAsync(topic, ("AckTimeout", "01:00:00"));
        using var idle = await WorkSocket.ConnectAsync(gateway);
        using var busy = await WorkSocket.ConnectAsync(gateway);

        // Far more than the gateway keeps of what clients do not take.
        const int count = 30_000;
        var producing = Task.WhenAll(topic.ProduceManyAsync(0, 0, count), topic.ProduceManyAsync(1, 0, count));
        var working = WorkAsync(busy, new ConcurrentDictionary<string, WorkSocket>(StringComparer.Ordinal), count);
        var first = await idle.TakeAsync(100);

        // It does nothing, but listens, and so answers pings.
        await idle.WaitAsync(TimeSpan.Zero);
        var work = await working;
        await producing;

        work.Count.Should().Be(count);
        CheckOrder(work);
        gateway.Logs.Entries.Should().Contain(
            entry => entry.Text.Contains($"Paused {topic.Name} [[{Partition(first[0])}]]:"), "what nobody takes is not fetched");
        await idle.AckAsync(first[..10]);
        (await idle.TakeAsync(10)).Select(Offset).Should().Equal(Enumerable.Range(100, 10).Select(offset => (long)offset));
        await idle.SayAsync($$"""{"type":"ack","topic":"{{topic.Name}}","partition":{{Partition(first[0])}},"through":109}""");
        var all = await WorkAsync(idle, new ConcurrentDictionary<string, WorkSocket>(StringComparer.Ordinal), count - 110, through: true);
        all.Select(Offset).Should().Equal(Enumerable.Range(110, count - 110).Select(offset => (long)offset));
        await UntilCommittedAsync(topic, count, count);
    }

    [Fact]
    public async Task Post_ByTheUserOfAWebSocket_SettlesItsRecords()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 4);
        await using var gateway = await StartAsync(topic);
        using var socket = await WorkSocket.ConnectAsync(gateway, "ada");
        await socket.TakeAsync(4);
        var message = $$"""{"type":"ack","topic":"{{topic.Name}}","partition":0,"through":2}""";

        foreach (var thief in (AckClient[])[new(gateway, "eve"), new(gateway)])
        {
            using var refused = await thief.PostAsync(message);
            await Problem.ReadAsync(refused, HttpStatusCode.Conflict, "stale-ack");
        }

        (await new AckClient(gateway, "ada").SayAsync(message)).Should().Equal(3);
        Committed(topic).Should().Equal(3);
    }

    [Fact]
    public async Task WebSocket_BesideRequests_TheyGetRecordsWhenNoStreamIsLeft()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 4);
        await using var gateway = await StartAsync(topic);
        using var socket = await WorkSocket.ConnectAsync(gateway);
        var taken = await socket.TakeAsync(4);
        var client = new AckClient(gateway);
        (await client.TakeAsync(wait: 0)).Records.Should().BeEmpty();
        await socket.AckAsync(taken[0]);
        await UntilCommittedAsync(topic, 1);
        var waiting = client.TakeAsync();

        await socket.Client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken);

        var batch = await waiting;
        batch.Values.Should().Equal("v1", "v2", "v3");
        batch.Attempts.Should().OnlyContain(attempt => attempt == 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WebSocket_TheGatewayStops_TakesTheLastAcksAndSaysGoodbye(bool isBySignal)
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await StartAsync(topic);
        using var client = await WorkSocket.ConnectAsync(gateway);
        var taken = await client.TakeAsync(3);

        if (isBySignal)
        {
            Lifetime(gateway).StopApplication();
        }

        var stopping = gateway.StopAsync();
        await topic.ProduceAsync(0, "too late");
        await client.AckAsync(taken[..2]);

        (await client.Client.ReadToCloseAsync()).Should().Be(WebSocketCloseStatus.EndpointUnavailable);
        await stopping;
        Committed(topic).Should().Equal(2);
        await using var next = await StartAsync(topic);
        using var other = await WorkSocket.ConnectAsync(next);
        (await other.TakeAsync(2)).Select(Value).Should().Equal("v2", "too late");
    }

    [Fact]
    public async Task WebSocket_TwoGateways_ShareTheGroup()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 4);
        await using var first = await StartAsync(topic);
        await using var second = await StartAsync(topic);
        using var one = await WorkSocket.ConnectAsync(first);
        using var two = await WorkSocket.ConnectAsync(first);
        using var three = await WorkSocket.ConnectAsync(second);
        var seen = new ConcurrentDictionary<string, WorkSocket>(StringComparer.Ordinal);
        WorkSocket[] clients = [one, two, three];
        var works = clients.Select(client => WorkAsync(client, seen, 1_200)).ToArray();
        await Eventually.UntilAsync(() => HasPartitions(first, topic) && HasPartitions(second, topic), "both have a part of the group");

        for (var round = 0; round < 300; round += 10)
        {
            await ProduceAsync(topic, partitions: 4, round, 10);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(works);
        seen.Should().HaveCount(1_200);
        works.Select(work => work.Result).Should().AllSatisfy(CheckOrder);
        seen.Values.Distinct().Should().HaveCount(3, "everybody got some");
        _ = clients.Select(client => WorkAsync(client, new ConcurrentDictionary<string, WorkSocket>(StringComparer.Ordinal), int.MaxValue)).ToArray();
        await UntilCommittedAsync(topic, 300, 300, 300, 300);
    }

    private static bool HasPartitions(Gateway gateway, Topic topic) =>
        gateway.Logs.Entries.Any(entry => entry.Text.Contains($"took over {topic.Name}"));

    private protected static Task<Gateway> StartAsync(Topic topic, params (string, string)[] settings) =>
        AckClient.StartGatewayAsync(topic, [("Mode", "auto"), .. settings]);

    private static IHostApplicationLifetime Lifetime(Gateway gateway) => gateway.Services.GetRequiredService<IHostApplicationLifetime>();

    private protected static Task ProduceAsync(Topic topic, int partitions, int first, int count) => Task.WhenAll(Enumerable.Range(0, partitions).SelectMany(
        partition => Enumerable.Range(first, count).Select(number => topic.ProduceAsync(
            new Confluent.Kafka.Message<byte[]?, byte[]?> { Value = System.Text.Encoding.UTF8.GetBytes($"p{partition}-{number}") }, partition))));

    protected static string? Value(JsonNode record) => (string?)record["value"];

    protected static int Partition(JsonNode record) => (int)record["partition"]!;

    protected static long Offset(JsonNode record) => (long)record["offset"]!;

    /// <summary>Works on records, each of which is acknowledged when it has come, until everybody together has seen as many as there are.</summary>
    private protected static async Task<List<JsonObject>> WorkAsync(
        WorkSocket client, ConcurrentDictionary<string, WorkSocket> seen, int all, int most = int.MaxValue, bool through = false)
    {
        var work = new List<JsonObject>();
        while (seen.Count < all && work.Count < most)
        {
            while (!client.HasNext && seen.Count < all)
            {
                await client.WaitAsync(TimeSpan.FromMilliseconds(50));
            }

            if (!client.HasNext || await client.NextAsync() is not { } record)
            {
                break;
            }

            if (record["records"] is JsonArray refused)
            {
                // A partition has gone to another gateway meanwhile, and what was said of it comes again.
                Problem.Check(record, HttpStatusCode.Conflict, "stale-ack", "problem");
                refused.ToList().ForEach(id => seen.TryRemove(new($"{id!["partition"]}/{id["offset"]}", client)));
                continue;
            }

            ((string?)record["type"]).Should().Be("record", record.ToJsonString());
            work.Add(record);
            seen[$"{record["partition"]}/{record["offset"]}"] = client;
            if (!through)
            {
                await client.TryAckAsync(record);
            }
            else if (work.Count % 50 == 0 || seen.Count >= all)
            {
                await client.SayAsync($$"""{"type":"ack","topic":"{{record["topic"]}}","partition":{{record["partition"]}},"through":{{record["offset"]}}}""");
            }
        }

        return work;
    }

    /// <summary>Checks that what came for the first time came in the order of offsets.</summary>
    private protected static void CheckOrder(List<JsonObject> work)
    {
        foreach (var partition in work.Where(record => (int)record["attempt"]! == 1).GroupBy(Partition))
        {
            partition.Select(Offset).Should().BeInAscendingOrder();
        }
    }

    private protected static long[] Committed(Topic topic, int partitions = 1) =>
        GroupClients.Committed(topic.Kafka.BootstrapServers, topic.Name, partitions, topic.Name);

    private protected static async Task UntilCommittedAsync(Topic topic, params long[] offsets)
    {
        long[] committed = [];
        try
        {
            await Eventually.UntilAsync(() => (committed = Committed(topic, offsets.Length)).SequenceEqual(offsets), "the commit");
        }
        catch (TimeoutException)
        {
            committed.Should().Equal(offsets);
        }
    }
}
