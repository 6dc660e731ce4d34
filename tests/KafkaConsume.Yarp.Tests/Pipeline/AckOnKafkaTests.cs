using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class AckOnKafkaTests(RealKafkaFixture kafka) : AckScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => kafka.GetAsync();
}
