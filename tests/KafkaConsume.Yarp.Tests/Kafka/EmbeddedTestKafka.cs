using KafkaConsume.Embedded;

namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>The in-process cluster, for scenarios that run on each kind of cluster.</summary>
internal sealed class EmbeddedTestKafka(EmbeddedKafka cluster) : ITestKafka
{
    public bool IsReal => false;

    public string BootstrapServers => cluster.BootstrapServers;

    public EmbeddedKafka Cluster => cluster;

    public Task CreateTopicAsync(string name, int partitions = 1)
    {
        cluster.CreateTopic(name, partitions);
        return Task.CompletedTask;
    }

    public Task DeleteTopicAsync(string name)
    {
        cluster.DeleteTopic(name);
        return Task.CompletedTask;
    }

    public Task DeleteRecordsAsync(string topic, int partition, long beforeOffset)
    {
        cluster.DeleteRecords(topic, partition, beforeOffset);
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        for (var broker = 1; broker <= cluster.Brokers; broker++)
        {
            cluster.StopBroker(broker);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync()
    {
        for (var broker = 1; broker <= cluster.Brokers; broker++)
        {
            cluster.StartBroker(broker);
        }

        return Task.CompletedTask;
    }
}
