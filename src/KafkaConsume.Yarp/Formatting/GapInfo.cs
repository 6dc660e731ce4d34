namespace KafkaConsume.Yarp.Formatting;

/// <summary>Records of one partition that a client asked for and that Kafka no longer has.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Requested">The offset that the client wanted next.</param>
/// <param name="Available">The offset that it gets next.</param>
internal readonly record struct GapInfo(string Topic, int Partition, long Requested, long Available);
