namespace KafkaConsume.Yarp.Formatting;

/// <summary>What a framing is made from: framings belong to a thread, this goes between them.</summary>
/// <param name="Kind">The wire format.</param>
/// <param name="Deserializer">How values become JSON.</param>
/// <param name="Format">What clients get of a record.</param>
internal sealed record FramingSpec(FramingKind Kind, KafkaMessageDeserializer Deserializer, KafkaRecordFormat Format)
{
    public IFraming Create() => Kind switch
    {
        FramingKind.ServerSentEvents => Framing.ForServerSentEvents(Deserializer, Format),
        FramingKind.WebSocket => Framing.ForWebSocket(Deserializer, Format),
        _ => Framing.ForBatch(Deserializer, Format),
    };

    /// <summary>Appends a framed record with another cursor in place of its own.</summary>
    public void Rewrite(PooledBuffer output, ReadOnlySpan<byte> framed, ReadOnlySpan<byte> cursorUtf8)
    {
        switch (Kind)
        {
            case FramingKind.ServerSentEvents:
                CursorRewriter.RewriteEvent(output, framed, cursorUtf8);
                break;
            case FramingKind.WebSocket:
                CursorRewriter.RewriteFrame(output, framed, cursorUtf8);
                break;
            default:
                output.Write(framed);
                break;
        }
    }
}
