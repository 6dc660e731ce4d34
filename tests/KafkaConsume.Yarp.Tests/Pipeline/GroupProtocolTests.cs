using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;
using Yarp.ReverseProxy.Configuration;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Which protocol a gateway joins a group with when nobody has said.</summary>
public sealed class GroupProtocolTests
{
    [Fact]
    public async Task Get_TheBrokersHaveTheNewerProtocol_JoinsWithIt()
    {
        await using var cluster = EmbeddedKafka.Start();
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(cluster));
        await topic.ProduceManyAsync(0, 0, 3);
        cluster.StartRequestTracking();
        await using var gateway = await Gateway.StartAsync(cluster.BootstrapServers, Route(topic, "one"));

        (await TakeAsync(gateway, "one")).Should().BePositive();

        Count(cluster, KafkaApi.ConsumerGroupHeartbeat).Should().BePositive();
        Count(cluster, KafkaApi.JoinGroup).Should().Be(0);
    }

    [Fact]
    public async Task Get_TheBrokersRefuseTheNewerProtocol_JoinsWithTheClassicOneAndRemembers()
    {
        await using var cluster = EmbeddedKafka.Start();
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(cluster));
        await topic.ProduceManyAsync(0, 0, 3);
        cluster.FailNext(KafkaApi.ConsumerGroupHeartbeat, [.. Enumerable.Repeat(ErrorCode.UnsupportedVersion, 20)]);
        cluster.StartRequestTracking();
        await using var gateway = await Gateway.StartAsync(cluster.BootstrapServers, Route(topic, "one"), Route(topic, "two"));

        (await TakeAsync(gateway, "one")).Should().BePositive();
        var asked = Count(cluster, KafkaApi.ConsumerGroupHeartbeat);
        asked.Should().BePositive();
        (await TakeAsync(gateway, "two")).Should().BePositive();

        Count(cluster, KafkaApi.JoinGroup).Should().BePositive();
        Count(cluster, KafkaApi.ConsumerGroupHeartbeat).Should().Be(asked, "the gateway knows by then");
        gateway.Logs.ToString().Should().Contain("do not have the group protocol 'consumer'").And.NotContain("Error:");
    }

    [Theory]
    [InlineData("ConsumerGroup.Protocol", "classic")]
    [InlineData("Config.session.timeout.ms", "6000")]
    public async Task Get_SomebodyHasChosenTheClassicProtocol_JoinsWithIt(string setting, string value)
    {
        await using var cluster = EmbeddedKafka.Start();
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(cluster));
        await topic.ProduceManyAsync(0, 0, 3);
        cluster.StartRequestTracking();
        await using var gateway = await Gateway.StartAsync(cluster.BootstrapServers, Route(topic, "one", (setting, value)));

        (await TakeAsync(gateway, "one")).Should().BePositive();

        Count(cluster, KafkaApi.ConsumerGroupHeartbeat).Should().Be(0);
    }

    private static RouteConfig Route(Topic topic, string id, params (string, string)[] settings) =>
        Gateway.Route(id, $"/{id}", topic.Name, [("AutoOffsetReset", "earliest"), .. settings]);

    private static async Task<int> TakeAsync(Gateway gateway, string path)
    {
        var answer = await gateway.Client.GetStringAsync($"/{path}?wait=20", TestContext.Current.CancellationToken);
        return System.Text.Json.Nodes.JsonNode.Parse(answer)!.AsArray().Count;
    }

    private static int Count(EmbeddedKafka cluster, KafkaApi api) => cluster.GetRequests().Count(request => request.Api == api);
}
