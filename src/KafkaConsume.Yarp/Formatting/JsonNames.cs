using System.Text.Encodings.Web;
using System.Text.Json;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>The property names of the wire protocol, encoded once, and the options of every writer.</summary>
internal static class JsonNames
{
    /// <summary>No more is escaped than JSON asks for: nothing here is ever put into a page. What is written is tested, so the writer need not check it.</summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static readonly JsonEncodedText Topic = JsonEncodedText.Encode("topic");
    public static readonly JsonEncodedText Partition = JsonEncodedText.Encode("partition");
    public static readonly JsonEncodedText Offset = JsonEncodedText.Encode("offset");
    public static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    public static readonly JsonEncodedText Heartbeat = JsonEncodedText.Encode("heartbeat");
    public static readonly JsonEncodedText Gap = JsonEncodedText.Encode("gap");
    public static readonly JsonEncodedText Gaps = JsonEncodedText.Encode("gaps");
    public static readonly JsonEncodedText Cursor = JsonEncodedText.Encode("cursor");
    public static readonly JsonEncodedText Requested = JsonEncodedText.Encode("requested");
    public static readonly JsonEncodedText Available = JsonEncodedText.Encode("available");
}
