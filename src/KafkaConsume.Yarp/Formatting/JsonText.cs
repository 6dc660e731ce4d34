using System.Buffers;
using System.Text.Json;
using KafkaConsume.Yarp.Decoding;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Writes bytes as a JSON string: plain text at the speed of a copy, all else as <see cref="TextDecoder"/> does.</summary>
internal static class JsonText
{
    /// <summary>ASCII that JSON has as it is.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(character => (byte)character).Except("\"\\"u8.ToArray())]);

    public static ValueMarkers Write(PooledBuffer output, Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.ContainsAnyExcept(Plain))
        {
            output.Write("\""u8);
            output.Write(bytes);
            output.Write("\""u8);
            return ValueMarkers.None;
        }

        writer.Reset(output);
        var markers = TextDecoder.WriteText(writer, bytes);
        writer.Flush();
        return markers;
    }
}
