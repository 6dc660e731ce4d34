namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>A broker that ended when it should have started.</summary>
internal sealed class BrokerExitedException(int nodeId, string output) : Exception($"Broker {nodeId} ended while it started:\n{output}")
{
    /// <summary>Gets whether somebody else had one of its ports.</summary>
    public bool PortWasTaken => output.Contains("Address already in use", StringComparison.Ordinal);
}
