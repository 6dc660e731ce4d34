using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Transports;

/// <summary>The frames that are not made once for all.</summary>
internal static class JsonFrame
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JsonNames.WriterOptions.Encoder };

    public static byte[] Utf8(JsonObject frame) => JsonSerializer.SerializeToUtf8Bytes(frame, Options);
}
