using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class GroupOnKafkaTests(RealKafkaFixture kafka) : GroupScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => kafka.GetAsync();
}
