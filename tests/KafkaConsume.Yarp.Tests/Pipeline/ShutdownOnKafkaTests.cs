using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class ShutdownOnKafkaTests(RealKafkaFixture kafka) : ShutdownScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => kafka.GetAsync();
}
