namespace KafkaConsume.Yarp.Formatting;

/// <summary>Makes the framings of a route.</summary>
internal static class Framing
{
    public static IFraming ForServerSentEvents(KafkaMessageDeserializer deserializer, KafkaRecordFormat format) =>
        format is KafkaRecordFormat.Value
            ? new SseValueFraming(deserializer)
            : new SseFraming(new RecordFormatter(deserializer, format));

    public static IFraming ForWebSocket(KafkaMessageDeserializer deserializer, KafkaRecordFormat format) =>
        new WebSocketFraming(new RecordFormatter(deserializer, format));

    public static IFraming ForBatch(KafkaMessageDeserializer deserializer, KafkaRecordFormat format) =>
        new JsonFraming(new RecordFormatter(deserializer, format));
}
