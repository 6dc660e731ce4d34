using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class GroupSharingOnKafkaTests(RealKafkaFixture kafka) : GroupSharingScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => kafka.GetAsync();
}
