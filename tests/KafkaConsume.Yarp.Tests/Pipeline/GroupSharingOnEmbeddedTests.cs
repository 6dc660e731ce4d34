using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class GroupSharingOnEmbeddedTests(EmbeddedKafkaFixture embedded) : GroupSharingScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => Task.FromResult(embedded.Kafka);
}
