using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class GroupRebalanceOnKafkaTests(RealKafkaFixture kafka) : GroupRebalanceScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => kafka.GetAsync();
}
