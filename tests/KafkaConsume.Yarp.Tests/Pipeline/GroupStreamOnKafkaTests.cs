using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class GroupStreamOnKafkaTests(RealKafkaFixture kafka) : GroupStreamScenarios
{
    protected override Task<ITestKafka> KafkaAsync() => kafka.GetAsync();
}
