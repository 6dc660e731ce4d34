namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>Whether, and from where, tests have a real Apache Kafka.</summary>
public static class RealKafka
{
    public const string NotConfigured =
        "KAFKA_HOME is not set (a folder of Apache Kafka, with its libs/), nor is KAFKA_BOOTSTRAP_SERVERS (a running cluster)";

    public const string CannotStartBrokers = "KAFKA_HOME is not set (a folder of Apache Kafka, with its libs/)";

    /// <summary>Gets the folder whose <c>libs</c> are the jars of Apache Kafka, or null.</summary>
    public static string? Home { get; } = Variable("KAFKA_HOME");

    /// <summary>Gets the addresses of a cluster that runs already, or null.</summary>
    public static string? BootstrapServers { get; } = Variable("KAFKA_BOOTSTRAP_SERVERS");

    public static bool IsConfigured => BootstrapServers is not null || CanStartBrokers;

    /// <summary>Gets whether tests can have brokers of their own, to stop, pause and kill.</summary>
    public static bool CanStartBrokers => Home is not null;

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
