namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>The three ways to read a route of mode <c>auto</c>.</summary>
public enum Transport
{
    ServerSentEvents,
    WebSocket,
    Get,
}
