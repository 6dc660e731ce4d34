using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class DeadLettersOnKafkaTests(RealKafkaFixture real) : DeadLetterScenarios
{
    [Fact]
    public async Task Nack_TheRecordIsTooLargeForTheDeadLetterTopic_HoldsTheCommitUntilItIsNot()
    {
        using var topic = await Topic.CreateAsync(await real.GetAsync());
        using var dead = Topic.Open(topic.Kafka, $"dead-{topic.Name}");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = topic.Kafka.BootstrapServers }).Build();
        await topic.Kafka.CreateTopicAsync(dead.Name);
        await SetLimitAsync(1000);
        var random = new byte[5000];
        new Random(17).NextBytes(random);
        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Value = random });
        await using var gateway = await StartAsync(topic, dead, ("MaxDeliveries", "1"));
        var client = new AckClient(gateway);
        await TakeAsync(client, 1);
        await client.SayAsync(Nack(topic, "no", 0));

        await Eventually.UntilAsync(() => gateway.Logs.ToString().Contains("MsgSizeTooLarge"), "it is refused");
        Committed(topic).Should().Equal(0);
        await SetLimitAsync(10_000);

        Read(dead, 1).Single().Message.Value.Should().Equal(random);
        await Eventually.UntilAsync(() => Committed(topic)[0] == 1, "it is committed");

        Task SetLimitAsync(int bytes) => admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = dead.Name }] =
            [
                new ConfigEntry { Name = "max.message.bytes", Value = $"{bytes}", IncrementalOperation = AlterConfigOpType.Set },
            ],
        });
    }

    protected override Task<ITestKafka> KafkaAsync() => real.GetAsync();
}
