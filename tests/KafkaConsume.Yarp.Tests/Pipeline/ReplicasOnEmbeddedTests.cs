using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class ReplicasOnEmbeddedTests(EmbeddedKafkaFixture embedded) : ReplicaScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => Task.FromResult(embedded.Kafka);
}
