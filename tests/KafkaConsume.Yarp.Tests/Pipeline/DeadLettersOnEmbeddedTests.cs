using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class DeadLettersOnEmbeddedTests(EmbeddedKafkaFixture embedded) : DeadLetterScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => Task.FromResult(embedded.Kafka);
}
