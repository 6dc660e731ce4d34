using System.Text.Json;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Writes gaps as JSON.</summary>
internal static class GapFormatter
{
    /// <summary>Writes the property <c>gaps</c> into an object that the caller has begun.</summary>
    public static void WriteProperty(Utf8JsonWriter writer, ReadOnlySpan<GapInfo> gaps)
    {
        writer.WriteStartArray(JsonNames.Gaps);
        foreach (ref readonly var gap in gaps)
        {
            writer.WriteStartObject();
            writer.WriteString(JsonNames.Topic, gap.Topic);
            writer.WriteNumber(JsonNames.Partition, gap.Partition);
            writer.WriteNumber(JsonNames.Requested, gap.Requested);
            writer.WriteNumber(JsonNames.Available, gap.Available);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
