using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class UserGroupsOnEmbeddedTests(EmbeddedKafkaFixture embedded) : UserGroupScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => Task.FromResult(embedded.Kafka);
}
