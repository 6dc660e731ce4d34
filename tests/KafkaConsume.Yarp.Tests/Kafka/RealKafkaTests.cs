namespace KafkaConsume.Yarp.Tests.Kafka;

public sealed class RealKafkaTests(RealKafkaFixture fixture) : TestKafkaTests
{
    protected override Task<ITestKafka> GetAsync() => fixture.GetAsync();
}
