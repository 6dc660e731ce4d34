namespace KafkaConsume.Yarp;

/// <summary>How a record's value becomes JSON. Kong calls this setting <c>message_deserializer</c>.</summary>
public enum KafkaMessageDeserializer
{
    /// <summary>The value is text: a JSON string; base64 with a marker where it is not valid UTF-8. The default.</summary>
    Noop,

    /// <summary>The value is JSON and is embedded as it is; what is not JSON is given as <see cref="Noop"/> would, with a marker.</summary>
    Json,

    /// <summary>The value is bytes: always base64.</summary>
    Base64,
}
