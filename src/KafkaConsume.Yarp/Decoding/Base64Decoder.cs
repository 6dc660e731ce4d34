using System.Text.Json;

namespace KafkaConsume.Yarp.Decoding;

/// <summary>Bytes as a string of base64.</summary>
internal sealed class Base64Decoder : IValueDecoder
{
    public ValueMarkers Write(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        writer.WriteBase64StringValue(value);
        return ValueMarkers.Base64;
    }
}
