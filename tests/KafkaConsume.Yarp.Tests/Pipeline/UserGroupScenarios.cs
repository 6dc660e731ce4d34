using System.Net;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Leasing;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What clients see of a route with a group for each user, whatever the cluster.</summary>
public abstract class UserGroupScenarios
{
    protected abstract Task<ITestKafka> KafkaAsync();

    [Fact]
    public async Task Get_TwoUsers_EachGetsEverythingAndAUsersClientsShareIt()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 20);
        await using var gateway = await StartAsync(topic);
        var (ada, adaAgain, bob) = (new AckClient(gateway, "ada"), new AckClient(gateway, "ada"), new AckClient(gateway, "Bob B."));
        var first = await ada.TakeExactlyAsync(10);
        var second = await adaAgain.TakeExactlyAsync(10);
        var all = await bob.TakeExactlyAsync(20);

        first.Values.Concat(second.Values).Should().Equal(all.Values);
        using var foreign = await bob.PostAsync($$"""{"batch":"{{first.Id}}"}""");
        await Problem.ReadAsync(foreign, HttpStatusCode.Conflict, "stale-ack");
        (await ada.AckAsync(second)).Should().Equal([0], "the first is still open");
        (await adaAgain.AckAsync(first)).Should().Equal(20);
        Committed(topic, "id.ada").Should().Equal(20);
        Committed(topic, "id.Bob%20B%2E").Should().Equal(0);
        (await bob.AckAsync(all)).Should().Equal(20);
        Committed(topic, "id.Bob%20B%2E").Should().Equal(20);
    }

    [Fact]
    public async Task WebSocket_TwoUsers_EachGetsEverything()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await StartAsync(topic, ("Mode", "auto"));
        using var ada = await WorkSocket.ConnectAsync(gateway, "ada");
        using var bob = await WorkSocket.ConnectAsync(gateway, "bob");

        var records = await ada.TakeAsync(5);
        (await bob.TakeAsync(5)).Should().HaveCount(5);
        await ada.AckAsync(records);

        await Eventually.UntilAsync(() => Committed(topic, "id.ada")[0] == 5, "what ada has done is committed");
        Committed(topic, "id.bob").Should().Equal(0);
    }

    [Fact]
    public async Task Get_ByAClaim_IsThatClaimsGroup()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await StartAsync(topic, ("ConsumerGroup.UserClaim", "sub"), ("ConsumerGroup.RequireUser", "true"));
        var ada = new AckClient(gateway, "ada");

        (await ada.AckAsync(await ada.TakeExactlyAsync(5))).Should().Equal(5);

        Committed(topic, "claim.ada").Should().Equal(5);
    }

    [Fact]
    public async Task Get_WithoutAUser_IsOneGroupForAllWithAWarning()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 20);
        await using var gateway = await StartAsync(topic);
        var (one, two) = (new AckClient(gateway), new AckClient(gateway));

        var first = await one.TakeExactlyAsync(10);
        var second = await two.TakeExactlyAsync(10);

        first.Values.Concat(second.Values).Should().OnlyHaveUniqueItems();
        gateway.Logs.Entries.Count(entry => entry.Level == LogLevel.Warning && entry.Text.Contains("a request without a user")).Should().Be(1);
    }

    [Fact]
    public async Task Request_WithoutTheUserThatTheRouteRequires_IsRefusedAndJoinsNoGroup()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await using var gateway = await StartAsync(topic, ("Mode", "auto"), ("ConsumerGroup.RequireUser", "true"), ("ConsumerGroup.UserClaim", "tenant"));

        using var anonymous = await new AckClient(gateway).AskAsync();
        await Problem.ReadAsync(anonymous, HttpStatusCode.Unauthorized, "login-required");
        using var ack = await new AckClient(gateway).PostAsync("""{"batch":"b"}""");
        await Problem.ReadAsync(ack, HttpStatusCode.Unauthorized, "login-required");
        using var claimless = await new AckClient(gateway, "ada").AskAsync();
        await Problem.ReadAsync(claimless, HttpStatusCode.Forbidden, "user-unknown");
        foreach (var transport in Enum.GetValues<Transport>())
        {
            using var refused = await Problem.AskAsync(gateway, transport, AckClient.Path);
            await Problem.ReadAsync(refused, HttpStatusCode.Unauthorized, "login-required");
        }

        gateway.Logs.ToString().Should().NotContain("Kafka group");
    }

    [Fact]
    public async Task Get_MoreUsersThanMayBe_Is429UntilOneHasBeenAway()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await AckClient.StartGatewayAsync(
            topic,
            options => options.ConsumerIdleTimeout = TimeSpan.FromSeconds(2),
            ("ConsumerGroup.Mode", "user"),
            ("ConsumerGroup.MaxUsers", "2"));
        var (ada, bob, eve) = (new AckClient(gateway, "ada"), new AckClient(gateway, "bob"), new AckClient(gateway, "eve"));
        await ada.AckAsync(await ada.TakeExactlyAsync(5));
        await bob.AckAsync(await bob.TakeExactlyAsync(5));

        using var refused = await eve.AskAsync();
        await Problem.ReadAsync(refused, HttpStatusCode.TooManyRequests, "too-many-users");
        refused.Headers.RetryAfter!.Delta.Should().BePositive();
        (await ada.TakeAsync(wait: 0)).Records.Should().BeEmpty("who is there stays");

        await Eventually.UntilAsync(
            async () =>
            {
                using var answer = await eve.AskAsync(wait: 0);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "there is room");
        (await eve.TakeExactlyAsync(5)).Values.Should().HaveCount(5);
    }

    private static Task<Gateway> StartAsync(Topic topic, params (string, string)[] settings) =>
        AckClient.StartGatewayAsync(topic, [("ConsumerGroup.Mode", "user"), .. settings]);

    private static long[] Committed(Topic topic, string user) =>
        GroupClients.Committed(topic.Kafka.BootstrapServers, topic.Name, 1, $"{topic.Name}.{user}");
}
