using System.Buffers;
using System.Buffers.Text;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>The fields of server-sent events. Nothing that is written as a value can become a field, or an event, of its own.</summary>
internal static class SseWriter
{
    private static readonly SearchValues<byte> Forbidden = SearchValues.Create((byte)'\r', (byte)'\n', (byte)0);

    /// <summary>Writes the name of the event.</summary>
    /// <exception cref="ArgumentException">The name has a line break or NUL in it.</exception>
    public static void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> name) => WriteField(output, "event: "u8, name);

    /// <summary>Writes the id of the event; nothing when it is empty, because an empty id would make clients forget theirs.</summary>
    /// <exception cref="ArgumentException">The id has a line break or NUL in it.</exception>
    public static void WriteId(IBufferWriter<byte> output, ReadOnlySpan<byte> id)
    {
        if (!id.IsEmpty)
        {
            WriteField(output, "id: "u8, id);
        }
    }

    /// <summary>Writes text as data, one field for each of its lines; CR, LF and CRLF all come out as LF at the client.</summary>
    public static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        for (var end = text.IndexOfAny((byte)'\r', (byte)'\n'); end >= 0; end = text.IndexOfAny((byte)'\r', (byte)'\n'))
        {
            WriteLine(output, "data: "u8, text[..end]);
            var isPair = text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n';
            text = text[(end + (isPair ? 2 : 1))..];
        }

        WriteLine(output, "data: "u8, text);
    }

    /// <summary>Writes bytes as data in base64.</summary>
    public static void WriteBase64Data(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        output.Write("data: "u8);
        var room = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, room, out _, out var written);
        output.Advance(written);
        output.Write("\n"u8);
    }

    /// <summary>Writes how long clients are to wait before they connect again.</summary>
    public static void WriteRetry(IBufferWriter<byte> output, int milliseconds)
    {
        output.Write("retry: "u8);
        Utf8Formatter.TryFormat(milliseconds, output.GetSpan(11), out var written);
        output.Advance(written);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes a comment, which clients ignore: a sign of life.</summary>
    public static void WriteHeartbeat(IBufferWriter<byte> output) => output.Write(":\n\n"u8);

    /// <summary>Writes a whole end event: the client has everything up to this cursor, and that is all it asked for.</summary>
    public static void WriteEnd(IBufferWriter<byte> output, ReadOnlySpan<byte> cursorUtf8)
    {
        WriteEvent(output, "end"u8);
        WriteId(output, cursorUtf8);
        output.Write("data: {\"cursor\":\""u8);
        output.Write(cursorUtf8);
        output.Write("\"}\n"u8);
        EndEvent(output);
    }

    /// <summary>Writes a whole error event.</summary>
    public static void WriteError(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        WriteEvent(output, "error"u8);
        WriteData(output, json);
        EndEvent(output);
    }

    /// <summary>Ends the event.</summary>
    public static void EndEvent(IBufferWriter<byte> output) => output.Write("\n"u8);

    private static void WriteField(IBufferWriter<byte> output, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
    {
        if (value.ContainsAny(Forbidden))
        {
            throw new ArgumentException("A line break or NUL cannot be written here.", nameof(value));
        }

        WriteLine(output, field, value);
    }

    private static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
    {
        output.Write(field);
        output.Write(value);
        output.Write("\n"u8);
    }
}
