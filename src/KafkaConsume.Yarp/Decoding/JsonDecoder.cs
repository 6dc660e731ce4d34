using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace KafkaConsume.Yarp.Decoding;

/// <summary>JSON as it is, so that numbers keep their spelling; what is not JSON is given as text.</summary>
internal sealed class JsonDecoder : IValueDecoder
{
    /// <summary>Two less than what most parsers allow: the value still parses as a part of a record in an array.</summary>
    private const int MaxDepth = 62;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };
    private static readonly SearchValues<byte> FirstBytes = SearchValues.Create("{[\"-0123456789tfn"u8);

    public ValueMarkers Write(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        var json = value.Trim(" \t\r\n"u8);
        if (!IsJson(json))
        {
            return TextDecoder.WriteText(writer, value) | ValueMarkers.InvalidJson;
        }

        if (json.ContainsAny((byte)'\r', (byte)'\n'))
        {
            WriteOneLine(writer, json);
        }
        else
        {
            writer.WriteRawValue(json, skipInputValidation: true);
        }

        return ValueMarkers.None;
    }

    private static bool IsJson(ReadOnlySpan<byte> json)
    {
        // The first byte spares most of what was never meant to be JSON the price of an exception.
        if (json.IsEmpty || !FirstBytes.Contains(json[0]) || !Utf8.IsValid(json))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, Options);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Writes JSON without line breaks: they stand between tokens only, and NDJSON and server-sent events end a line at each.</summary>
    private static void WriteOneLine(Utf8JsonWriter writer, ReadOnlySpan<byte> json)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(json.Length);
        try
        {
            var line = buffer.AsSpan(0, json.Length);
            json.Replace(line, (byte)'\n', (byte)' ');
            line.Replace((byte)'\r', (byte)' ');
            writer.WriteRawValue(line, skipInputValidation: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
