using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;

[assembly: AssemblyFixture(typeof(EmbeddedKafkaFixture))]

namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>One in-process cluster for the tests of the whole assembly. Tests that stop brokers start their own.</summary>
public sealed class EmbeddedKafkaFixture : IDisposable
{
    private readonly EmbeddedKafka _cluster = EmbeddedKafka.Start();

    public EmbeddedKafkaFixture() => Kafka = new EmbeddedTestKafka(_cluster);

    public ITestKafka Kafka { get; }

    public void Dispose() => _cluster.Dispose();
}
