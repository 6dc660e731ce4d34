using System.Text.Json;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>The events that are the same whatever a record looks like.</summary>
internal static class SseEvents
{
    /// <summary>Writes an id without data: clients remember it and dispatch nothing.</summary>
    public static void WritePosition(PooledBuffer output, ReadOnlySpan<byte> cursorUtf8)
    {
        if (!cursorUtf8.IsEmpty)
        {
            SseWriter.WriteId(output, cursorUtf8);
            SseWriter.EndEvent(output);
        }
    }

    public static void WriteGap(PooledBuffer output, Utf8JsonWriter writer, ReadOnlySpan<GapInfo> gaps, ReadOnlySpan<byte> cursorUtf8)
    {
        SseWriter.WriteEvent(output, "gap"u8);
        SseWriter.WriteId(output, cursorUtf8);
        output.Write("data: "u8);
        writer.Reset(output);
        writer.WriteStartObject();
        GapFormatter.WriteProperty(writer, gaps);
        writer.WriteEndObject();
        writer.Flush();
        output.Write("\n\n"u8);
    }
}
