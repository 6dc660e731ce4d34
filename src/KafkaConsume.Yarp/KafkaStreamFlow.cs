namespace KafkaConsume.Yarp;

/// <summary>What lets a group's records go to a WebSocket client.</summary>
public enum KafkaStreamFlow
{
    /// <summary>They come as long as the client has room for them. The default.</summary>
    Auto,

    /// <summary>Each record needs a permit, and clients send frames with permits.</summary>
    Permit,
}
