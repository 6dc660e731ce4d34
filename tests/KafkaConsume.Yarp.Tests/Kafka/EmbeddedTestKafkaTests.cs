using KafkaConsume.Embedded;

namespace KafkaConsume.Yarp.Tests.Kafka;

public sealed class EmbeddedTestKafkaTests(EmbeddedKafkaFixture fixture) : TestKafkaTests
{
    [Fact]
    public async Task StartAsync_AfterAnOutage_HasTheRecordsOfBefore()
    {
        await using var cluster = EmbeddedKafka.Start();
        var kafka = new EmbeddedTestKafka(cluster);
        await kafka.CreateTopicAsync("outage");
        await TopicTraffic.ProduceAsync(kafka.BootstrapServers, "outage", "before");

        await kafka.StopAsync();
        var during = TopicTraffic.ProduceAsync(kafka.BootstrapServers, "outage", "during");
        await during.Awaiting(produced => produced.WaitAsync(TimeSpan.FromSeconds(1), TimeProvider.System))
            .Should().ThrowAsync<TimeoutException>("a stopped broker acknowledges nothing");
        await kafka.StartAsync();
        await during;

        (await TopicTraffic.ConsumeAsync(kafka.BootstrapServers, "outage", 2)).Should().Equal("before", "during");
    }

    protected override Task<ITestKafka> GetAsync() => Task.FromResult(fixture.Kafka);
}
