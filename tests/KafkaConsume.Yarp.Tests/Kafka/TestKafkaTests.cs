using Confluent.Kafka;

namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>What every cluster must do before scenarios can trust it.</summary>
public abstract class TestKafkaTests
{
    private readonly string _topic = $"fixture-{Guid.NewGuid():N}";

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Records_EitherGroupProtocol_ComeBackInOrder(GroupProtocol protocol)
    {
        var kafka = await GetAsync();
        await kafka.CreateTopicAsync(_topic);

        await TopicTraffic.ProduceAsync(kafka.BootstrapServers, _topic, "a", "b", "c");

        var values = await TopicTraffic.ConsumeAsync(kafka.BootstrapServers, _topic, 3, protocol);
        values.Should().Equal("a", "b", "c");
    }

    [Fact]
    public async Task CreateTopicAsync_SeveralPartitions_MakesThemAll()
    {
        var kafka = await GetAsync();

        await kafka.CreateTopicAsync(_topic, partitions: 3);

        TopicTraffic.Watermarks(kafka.BootstrapServers, _topic, partition: 2).Should().Be((0, 0));
    }

    [Fact]
    public async Task DeleteRecordsAsync_BeforeAnOffset_LeavesTheRest()
    {
        var kafka = await GetAsync();
        await kafka.CreateTopicAsync(_topic);
        await TopicTraffic.ProduceAsync(kafka.BootstrapServers, _topic, "a", "b", "c");

        await kafka.DeleteRecordsAsync(_topic, 0, beforeOffset: 2);

        TopicTraffic.Watermarks(kafka.BootstrapServers, _topic).Should().Be((2, 3));
        (await TopicTraffic.ConsumeAsync(kafka.BootstrapServers, _topic, 1)).Should().Equal("c");
    }

    [Fact]
    public async Task DeleteTopicAsync_ThenCreatedAgain_StartsAtZero()
    {
        var kafka = await GetAsync();
        await kafka.CreateTopicAsync(_topic);
        await TopicTraffic.ProduceAsync(kafka.BootstrapServers, _topic, "a", "b");

        await kafka.DeleteTopicAsync(_topic);
        await kafka.CreateTopicAsync(_topic);

        TopicTraffic.Watermarks(kafka.BootstrapServers, _topic).Should().Be((0, 0));
    }

    /// <summary>The cluster under test; may skip the test.</summary>
    protected abstract Task<ITestKafka> GetAsync();
}
