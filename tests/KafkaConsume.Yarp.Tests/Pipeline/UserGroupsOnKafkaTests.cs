using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class UserGroupsOnKafkaTests(RealKafkaFixture real) : UserGroupScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => real.GetAsync();
}
