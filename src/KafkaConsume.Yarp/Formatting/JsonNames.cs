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
    public static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    public static readonly JsonEncodedText Key = JsonEncodedText.Encode("key");
    public static readonly JsonEncodedText KeyEncoding = JsonEncodedText.Encode("keyEncoding");
    public static readonly JsonEncodedText Value = JsonEncodedText.Encode("value");
    public static readonly JsonEncodedText ValueEncoding = JsonEncodedText.Encode("valueEncoding");
    public static readonly JsonEncodedText ValueError = JsonEncodedText.Encode("valueError");
    public static readonly JsonEncodedText Headers = JsonEncodedText.Encode("headers");
    public static readonly JsonEncodedText Encoding = JsonEncodedText.Encode("encoding");
    public static readonly JsonEncodedText Base64 = JsonEncodedText.Encode("base64");
    public static readonly JsonEncodedText InvalidJson = JsonEncodedText.Encode("invalid-json");
    public static readonly JsonEncodedText Attempt = JsonEncodedText.Encode("attempt");
    public static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    public static readonly JsonEncodedText Record = JsonEncodedText.Encode("record");
    public static readonly JsonEncodedText Heartbeat = JsonEncodedText.Encode("heartbeat");
    public static readonly JsonEncodedText Gap = JsonEncodedText.Encode("gap");
    public static readonly JsonEncodedText Gaps = JsonEncodedText.Encode("gaps");
    public static readonly JsonEncodedText Cursor = JsonEncodedText.Encode("cursor");
    public static readonly JsonEncodedText Requested = JsonEncodedText.Encode("requested");
    public static readonly JsonEncodedText Available = JsonEncodedText.Encode("available");
}
