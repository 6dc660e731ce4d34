using System.Net;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Leasing;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What clients of a group see that acknowledge their records over plain HTTP, whatever the cluster.</summary>
public abstract class AckScenarios
{
    protected abstract Task<ITestKafka> KafkaAsync();

    [Fact]
    public async Task Get_SeveralClients_GetBatchesOfTheirOwnAndSettleThem()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 30);
        await using var gateway = await AckClient.StartGatewayAsync(topic);
        var client = new AckClient(gateway);
        var first = await client.TakeExactlyAsync(10);
        var second = await client.TakeExactlyAsync(10);
        var third = await client.TakeExactlyAsync(10);

        first.Values.Concat(second.Values).Concat(third.Values).Should().Equal(Enumerable.Range(0, 30).Select(number => $"v{number}"));
        (await client.AckAsync(second)).Should().Equal([0], "the first is still open");
        (await client.AckAsync(first)).Should().Equal(20);
        Committed(topic).Should().Equal(20);
        (await client.AckAsync(first)).Should().Equal([20], "whoever did not hear the answer may ask again");
        (await client.AckAsync(third)).Should().Equal(30);

        Committed(topic).Should().Equal(30);
    }

    [Fact]
    public async Task Get_WithAck_SettlesTheLastBatchAndGivesTheNext()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 50);
        await using var gateway = await AckClient.StartGatewayAsync(topic);
        var client = new AckClient(gateway);
        var seen = new List<string>();
        var batch = await client.TakeAsync(10);
        while (true)
        {
            seen.AddRange(batch.Values);
            if (seen.Count == 50)
            {
                break;
            }

            batch = await client.TakeAsync(10, ack: batch.Id);
        }

        (await client.TakeAsync(10, wait: 0, ack: batch.Id)).Should().BeEquivalentTo(new { Id = (string?)null, Records = Array.Empty<object>() });

        seen.Should().Equal(Enumerable.Range(0, 50).Select(number => $"v{number}"));
        await Eventually.UntilAsync(() => Committed(topic)[0] == 50, "all is committed");
        using var unknown = await client.AskAsync(ack: "AAAAAAAAAAAAAAAAAAAAAA");
        await Problem.ReadAsync(unknown, HttpStatusCode.Conflict, "stale-ack");
    }

    [Fact]
    public async Task Get_NotAcknowledgedInTime_ComesAgainAndTheLateAckIsRefused()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await AckClient.StartGatewayAsync(topic, ("AckTimeout", "00:00:01"));
        var client = new AckClient(gateway);
        var first = await client.TakeExactlyAsync(5);

        var again = await client.TakeAsync();

        again.Values.Should().Equal(first.Values);
        again.Attempts.Should().Equal(first.Attempts.Select(attempt => attempt + 1));
        using var late = await client.PostAsync($$"""{"batch":"{{first.Id}}"}""");
        await Problem.ReadAsync(late, HttpStatusCode.Conflict, "stale-ack");
        Committed(topic).Should().Equal(0);
        (await client.AckAsync(again)).Should().Equal(5);
    }

    [Fact]
    public async Task Get_TheGatewayEndsBeforeAnythingWasAcknowledged_AnotherOneGivesItAgain()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 20);
        LeasedBatch open;
        await using (var first = await AckClient.StartGatewayAsync(topic))
        {
            var client = new AckClient(first);
            var done = await client.TakeExactlyAsync(5);
            open = await client.TakeExactlyAsync(5);
            await client.AckAsync(done);
            await client.SayAsync(Ack(topic, open.Offsets[2]));
            await first.StopAsync();
        }

        Committed(topic).Should().Equal(5);
        await using var second = await AckClient.StartGatewayAsync(topic);
        (await new AckClient(second).TakeExactlyAsync(15)).Values.Should().Equal(Enumerable.Range(5, 15).Select(number => $"v{number}"));
        using var foreign = await new AckClient(second).PostAsync($$"""{"batch":"{{open.Id}}"}""");
        await Problem.ReadAsync(foreign, HttpStatusCode.Conflict, "not-owner");
        Committed(topic).Should().Equal(5);
    }

    [Fact]
    public async Task Stop_ClientsHaveRecords_WaitsForTheirAcksAndCommits()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 20);
        await using var gateway = await AckClient.StartGatewayAsync(topic, options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
        var client = new AckClient(gateway);
        var first = await client.TakeExactlyAsync(5);
        var second = await client.TakeExactlyAsync(5);

        var stopping = gateway.StopAsync();
        await client.AckAsync(first);
        stopping.IsCompleted.Should().BeFalse("a client has records");
        (await client.AckAsync(second)).Should().Equal(10);
        await stopping.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Committed(topic).Should().Equal(10);
    }

    [Fact]
    public async Task Stop_NobodyAcknowledges_GivesUpWhenItsTimeIsOver()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 20);
        await using (var first = await AckClient.StartGatewayAsync(topic, options => options.ShutdownTimeout = TimeSpan.FromSeconds(1)))
        {
            await new AckClient(first).TakeExactlyAsync(5);
            await first.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }

        Committed(topic).Should().Equal(0);
        await using var second = await AckClient.StartGatewayAsync(topic);
        (await new AckClient(second).TakeExactlyAsync(20)).Values.Should().Equal(Enumerable.Range(0, 20).Select(number => $"v{number}"));
    }

    [Fact]
    public async Task Post_AcksInAnyOrder_CommitUpToTheFirstThatIsMissing()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 6);
        await using var gateway = await AckClient.StartGatewayAsync(topic);
        var client = new AckClient(gateway);
        await client.TakeExactlyAsync(6);

        (await client.SayAsync(Ack(topic, 4, 1))).Should().Equal(0);
        (await client.SayAsync(Ack(topic, 0))).Should().Equal(2);
        (await client.SayAsync($$"""{"type":"extend","records":[{"topic":"{{topic.Name}}","partition":0,"offset":2}]}""")).Should().Equal(2);
        (await client.SayAsync($$"""{"type":"ack","topic":"{{topic.Name}}","partition":0,"through":3}""")).Should().Equal(5);
        (await client.SayAsync($$"""{"type":"commit","offsets":[{"topic":"{{topic.Name}}","partition":0,"nextOffset":6}]}""")).Should().Equal(6);

        Committed(topic).Should().Equal(6);
    }

    [Fact]
    public async Task Post_Nack_HandsTheRecordOutAgainAndInTheEndPassesOverIt()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 2);
        await using var gateway = await AckClient.StartGatewayAsync(topic, ("MaxDeliveries", "3"));
        var client = new AckClient(gateway);
        var taken = await client.TakeExactlyAsync(2);
        await client.SayAsync(Ack(topic, 1));

        // Which may have given it back before: it was alone in a batch then.
        for (var attempt = taken.Attempts[0]; attempt <= 3; attempt++)
        {
            (await client.SayAsync(
                $$"""{"type":"nack","records":[{"topic":"{{topic.Name}}","partition":0,"offset":0}],"delay":0.1,"reason":"no"}""")).Should().Equal(0);
            if (attempt < 3)
            {
                (await client.TakeAsync()).Values.Should().Equal("v0");
            }
        }

        await Eventually.UntilAsync(() => Committed(topic)[0] == 2, "the record is passed over");
        gateway.Logs.ToString().Should().Contain("is passed over");
        (await client.TakeAsync(wait: 0)).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task Post_ByAnotherUser_ChangesNothing()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await AckClient.StartGatewayAsync(topic);
        var ada = new AckClient(gateway, "ada");
        var batch = await ada.TakeExactlyAsync(5);

        foreach (var thief in (AckClient[])[new(gateway, "eve"), new(gateway)])
        {
            using var byName = await thief.PostAsync($$"""{"batch":"{{batch.Id}}"}""");
            await Problem.ReadAsync(byName, HttpStatusCode.Conflict, "stale-ack");
            using var byOffset = await thief.PostAsync(Ack(topic, 0, 1));
            var problem = await Problem.ReadAsync(byOffset, HttpStatusCode.Conflict, "stale-ack");
            problem["records"]!.AsArray().Should().HaveCount(2);
            using var byGet = await thief.AskAsync(ack: batch.Id);
            await Problem.ReadAsync(byGet, HttpStatusCode.Conflict, "stale-ack");
        }

        Committed(topic).Should().Equal(0);
        (await ada.AckAsync(batch)).Should().Equal(5);
    }

    [Fact]
    public async Task Post_OfWhatWasNeverHandedOut_IsRefusedAndCommitsNothing()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 10);
        await using var gateway = await AckClient.StartGatewayAsync(topic);
        var client = new AckClient(gateway);
        await client.TakeExactlyAsync(5);

        foreach (var message in (string[])
                 [
                     Ack(topic, 7), Ack(topic, long.MaxValue),
                     $$"""{"type":"ack","topic":"{{topic.Name}}","partition":0,"through":9223372036854775807}""",
                     $$"""{"type":"commit","offsets":[{"topic":"{{topic.Name}}","partition":0,"nextOffset":999999}]}""",
                 ])
        {
            using var refused = await client.PostAsync(message);
            var problem = await Problem.ReadAsync(refused, HttpStatusCode.BadRequest, "unknown-record");
            problem["records"]!.AsArray().Should().ContainSingle();
        }

        Committed(topic).Should().Equal(0);
    }

    [Fact]
    public async Task Post_OnARouteThatCommitsNothingElse_CommitsWhatTheClientSays()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 10);
        await using (var first = await AckClient.StartGatewayAsync(topic, ("CommitStrategy", "off")))
        {
            var client = new AckClient(first);
            List<string> seen = [];
            while (seen.Count < 10)
            {
                var batch = await client.TakeAsync(4);
                batch.Id.Should().BeNull();
                batch.Records[0]["attempt"].Should().BeNull();
                seen.AddRange(batch.Values);
            }

            Committed(topic).Should().Equal(-1);
            (await client.SayAsync($$"""{"type":"commit","offsets":[{"topic":"{{topic.Name}}","partition":0,"nextOffset":6}]}""")).Should().Equal(6);
            using var tooFar = await client.PostAsync($$"""{"type":"commit","offsets":[{"topic":"{{topic.Name}}","partition":0,"nextOffset":11}]}""");
            await Problem.ReadAsync(tooFar, HttpStatusCode.BadRequest, "unknown-record");
            using var ack = await client.PostAsync(Ack(topic, 1));
            await Problem.ReadAsync(ack, HttpStatusCode.BadRequest, "invalid-ack");
            await first.StopAsync();
        }

        Committed(topic).Should().Equal(6);
        await using var second = await AckClient.StartGatewayAsync(topic, ("CommitStrategy", "off"));
        (await new AckClient(second).TakeAsync(1)).Values.Should().Equal("v6");
    }

    private static string Ack(Topic topic, params long[] offsets) =>
        $$"""{"type":"ack","records":[{{string.Join(',', offsets.Select(offset => $$"""{"topic":"{{topic.Name}}","partition":0,"offset":{{offset}}}"""))}}]}""";

    private static long[] Committed(Topic topic) => GroupClients.Committed(topic.Kafka.BootstrapServers, topic.Name, 1, topic.Name);
}
