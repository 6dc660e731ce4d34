namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>What a client that has been given something may name, and what it may only guess.</summary>
internal sealed record AckVocabulary(IReadOnlyList<(string Topic, int Partition, long Offset)> Records, IReadOnlyList<string> Batches);
