using System.Text.Json;
using System.Text.Unicode;

namespace KafkaConsume.Yarp.Decoding;

/// <summary>Text as a JSON string; base64 of what is not valid UTF-8, because a replacement character would lose data in silence.</summary>
internal sealed class TextDecoder : IValueDecoder
{
    public ValueMarkers Write(Utf8JsonWriter writer, ReadOnlySpan<byte> value) => WriteText(writer, value);

    /// <summary>Writes any bytes as a JSON string: values, keys and header values alike.</summary>
    public static ValueMarkers WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            writer.WriteStringValue(bytes);
            return ValueMarkers.None;
        }

        writer.WriteBase64StringValue(bytes);
        return ValueMarkers.Base64;
    }
}
