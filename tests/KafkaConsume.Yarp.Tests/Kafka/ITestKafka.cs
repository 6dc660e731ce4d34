namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>What scenarios need of a cluster, so that one code base of scenarios runs on each kind of cluster.</summary>
/// <remarks>Tests that stop brokers take a cluster of their own; the shared one serves tests that run at the same time.</remarks>
public interface ITestKafka
{
    /// <summary>Gets whether this is Apache Kafka: with transactions, quotas and access control, which an in-process cluster lacks.</summary>
    bool IsReal { get; }

    string BootstrapServers { get; }

    /// <summary>Creates a topic and returns when all its partitions have a leader.</summary>
    Task CreateTopicAsync(string name, int partitions = 1);

    /// <summary>Deletes a topic and returns when the cluster no longer knows it.</summary>
    Task DeleteTopicAsync(string name);

    /// <summary>Deletes the records of a partition that lie before an offset, as retention does.</summary>
    Task DeleteRecordsAsync(string topic, int partition, long beforeOffset);

    /// <summary>Begins an outage: stops all brokers.</summary>
    Task StopAsync();

    /// <summary>Ends an outage: starts all brokers with what they had, and returns when they answer.</summary>
    Task StartAsync();
}
