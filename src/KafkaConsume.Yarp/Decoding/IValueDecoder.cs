using System.Text.Json;

namespace KafkaConsume.Yarp.Decoding;

/// <summary>Makes JSON of a record's value.</summary>
internal interface IValueDecoder
{
    /// <summary>Writes exactly one JSON value, on one line, and tells what the reader must know of it. Does not throw, whatever the bytes.</summary>
    ValueMarkers Write(Utf8JsonWriter writer, ReadOnlySpan<byte> value);
}
