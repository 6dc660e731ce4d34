using Confluent.Kafka;

namespace KafkaConsume.Yarp;

/// <summary>
/// A named connection to a Kafka cluster: the section <c>KafkaConsume:Connections:{name}</c>. The connection string of the same
/// name, where there is one, gives its <c>bootstrap.servers</c>.
/// </summary>
public sealed class KafkaConnectionOptions
{
    /// <summary>
    /// Gets Confluent's own consumer configuration: brokers, security, everything that librdkafka knows. In the section
    /// <c>Config</c> its properties may be written as Confluent.Kafka names them (<c>SaslMechanism</c>) or as librdkafka does
    /// (<c>sasl.mechanism</c>).
    /// </summary>
    /// <value>The default is empty.</value>
    public ConsumerConfig Config { get; } = [];
}
