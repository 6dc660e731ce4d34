using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>A topic that is deleted and made anew under clients that are reading it.</summary>
public abstract class RecreationScenarios(Func<Task<ITestKafka>> kafka)
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task Streams_TopicMadeAnewBetweenTwoLooksAtIt_AreToldTheGapBeforeItsRecords(int newRecords)
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("HeartbeatInterval", "00:00:01"))],
            KafkaConsume = options => options.TopicWatchInterval = TimeSpan.FromHours(1),
        });
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");
        (await sse.TakeValuesAsync(3)).Should().Equal("v0", "v1", "v2");
        (await socket.TakeValuesAsync(3)).Should().Equal("v0", "v1", "v2");

        await topic.Kafka.DeleteTopicAsync(topic.Name);
        await topic.Kafka.CreateTopicAsync(topic.Name);
        using var anew = Topic.Open(topic.Kafka, topic.Name);
        await anew.ProduceManyAsync(0, 100, newRecords);

        var gap = $$"""[{"topic":"{{topic.Name}}","partition":0,"requested":3,"available":0}]""";
        var expected = Enumerable.Range(100, newRecords).Select(number => $"v{number}").ToArray();
        var told = await sse.NextAsync();
        told!.Value.EventType.Should().Be("gap", told.Value.Data);
        JsonNode.Parse(told.Value.Data)!["gaps"]!.ToJsonString().Should().Be(gap);
        (await sse.TakeValuesAsync(newRecords)).Should().Equal(expected);
        JsonObject? frame;
        do
        {
            frame = await socket.NextAsync();
        }
        while ((string?)frame!["type"] == "heartbeat");
        ((string?)frame["type"]).Should().Be("gap");
        frame["gaps"]!.ToJsonString().Should().Be(gap);
        (await socket.TakeValuesAsync(newRecords)).Should().Equal(expected);
    }
}

public sealed class RecreationOnEmbeddedTests(EmbeddedKafkaFixture embedded) : RecreationScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class RecreationOnKafkaTests(RealKafkaFixture kafka) : RecreationScenarios(kafka.GetAsync);
