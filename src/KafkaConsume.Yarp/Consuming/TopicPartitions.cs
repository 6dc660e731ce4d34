namespace KafkaConsume.Yarp.Consuming;

/// <summary>A topic as the cluster knows it at one moment.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Id">Kafka's id of this incarnation of the topic; <see cref="Guid.Empty"/> when the cluster does not tell.</param>
/// <param name="PartitionCount">How many partitions the topic has.</param>
internal readonly record struct TopicPartitions(string Name, Guid Id, int PartitionCount);
