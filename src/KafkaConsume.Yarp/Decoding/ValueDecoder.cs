namespace KafkaConsume.Yarp.Decoding;

/// <summary>Finds the decoder that a route asks for.</summary>
internal static class ValueDecoder
{
    private static readonly TextDecoder Text = new();
    private static readonly JsonDecoder Json = new();
    private static readonly Base64Decoder Base64 = new();

    public static IValueDecoder For(KafkaMessageDeserializer deserializer) => deserializer switch
    {
        KafkaMessageDeserializer.Noop => Text,
        KafkaMessageDeserializer.Json => Json,
        KafkaMessageDeserializer.Base64 => Base64,
        _ => throw new ArgumentOutOfRangeException(nameof(deserializer), deserializer, "There is no such deserializer."),
    };
}
