using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class AckOnEmbeddedTests(EmbeddedKafkaFixture embedded) : AckScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => Task.FromResult(embedded.Kafka);
}
