namespace KafkaConsume.Yarp.Formatting;

/// <summary>Puts a client's own cursor into bytes that were framed for all.</summary>
internal static class CursorRewriter
{
    /// <summary>Rewrites a server-sent event: its <c>id</c> stands before its data, or nowhere.</summary>
    public static void RewriteEvent(PooledBuffer output, ReadOnlySpan<byte> framed, ReadOnlySpan<byte> cursorUtf8)
    {
        var start = framed.StartsWith("event: "u8) ? framed.IndexOf((byte)'\n') + 1 : 0;
        if (!framed[start..].StartsWith("id: "u8))
        {
            output.Write(framed);
            return;
        }

        var end = start + framed[start..].IndexOf((byte)'\n');
        output.Write(framed[..start]);
        output.Write("id: "u8);
        output.Write(cursorUtf8);
        output.Write(framed[end..]);
    }

    /// <summary>Rewrites a WebSocket frame: its <c>cursor</c> follows its <c>type</c>, or is the last property of a gap.</summary>
    public static void RewriteFrame(PooledBuffer output, ReadOnlySpan<byte> framed, ReadOnlySpan<byte> cursorUtf8)
    {
        var payload = framed[WebSocketFrame.HeaderLength(framed)..];
        var property = ",\"cursor\":\""u8;
        var typeEnd = payload["{\"type\":\""u8.Length..].IndexOf((byte)'"') + "{\"type\":\""u8.Length + 1;
        var start = payload[typeEnd..].StartsWith(property) ? typeEnd
            : payload.StartsWith("{\"type\":\"gap\""u8) ? payload.LastIndexOf(property)
            : -1;
        if (start < 0)
        {
            output.Write(framed);
            return;
        }

        start += property.Length;
        var end = start + payload[start..].IndexOf((byte)'"');
        var frame = WebSocketFrame.Begin(output);
        output.Write(payload[..start]);
        output.Write(cursorUtf8);
        output.Write(payload[end..]);
        WebSocketFrame.End(output, frame);
    }
}
