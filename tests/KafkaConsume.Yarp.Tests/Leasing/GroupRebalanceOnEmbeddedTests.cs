using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class GroupRebalanceOnEmbeddedTests(EmbeddedKafkaFixture embedded) : GroupRebalanceScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => Task.FromResult(embedded.Kafka);
}
