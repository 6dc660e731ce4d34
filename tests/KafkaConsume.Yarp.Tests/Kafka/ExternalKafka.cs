namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>A cluster that ran before the tests and will run after them.</summary>
internal sealed class ExternalKafka(string bootstrapServers) : ITestKafka
{
    private const string NotOurs = "the brokers of KAFKA_BOOTSTRAP_SERVERS are not the tests' to stop";

    private readonly KafkaAdmin _admin = new(bootstrapServers);

    public bool IsReal => true;

    public string BootstrapServers => bootstrapServers;

    public Task CreateTopicAsync(string name, int partitions = 1) => _admin.CreateTopicAsync(name, partitions);

    public Task DeleteTopicAsync(string name) => _admin.DeleteTopicAsync(name);

    public Task DeleteRecordsAsync(string topic, int partition, long beforeOffset) =>
        _admin.DeleteRecordsAsync(topic, partition, beforeOffset);

    public Task StopAsync()
    {
        Assert.Skip(NotOurs);
        return Task.CompletedTask;
    }

    public Task StartAsync()
    {
        Assert.Skip(NotOurs);
        return Task.CompletedTask;
    }
}
