using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class ReplicasOnKafkaTests(RealKafkaFixture real) : ReplicaScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => real.GetAsync();
}
