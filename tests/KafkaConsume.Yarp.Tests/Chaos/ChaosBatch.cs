using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>A batch as a client has it, and the gateway that it is from.</summary>
internal sealed record ChaosBatch(string Id, (string Name, Uri Address) Gateway, RecordId[] Ids);
