using System.Text;
using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Formatting;

/// <summary>A record that tests describe with what differs from an ordinary one.</summary>
internal sealed record TestRecord
{
    public string Topic { get; init; } = "orders";

    public int Partition { get; init; }

    public long Offset { get; init; } = 42;

    public long TimestampMs { get; init; } = 1_795_334_400_123; // 2026-11-22T08:00:00.123Z

    public byte[]? Key { get; init; } = "c-7"u8.ToArray();

    public byte[]? Value { get; init; } = "hello"u8.ToArray();

    public Headers? Headers { get; init; }

    public bool IsCut { get; init; }

    public int Attempt { get; init; }

    public RecordView View => IsCut ? Whole.Cut() : Whole;

    private RecordView Whole => new()
    {
        Topic = Topic,
        Partition = Partition,
        Offset = Offset,
        TimestampMs = TimestampMs,
        Key = Key,
        HasKey = Key is not null,
        Value = Value,
        HasValue = Value is not null,
        Headers = Own(Headers),
        Attempt = Attempt,
    };

    public static TestRecord WithValue(string value) => new() { Value = Encoding.UTF8.GetBytes(value) };

    public static TestRecord WithValue(byte[]? value) => new() { Value = value };

    /// <summary>One record of each kind that has a shape of its own, by name.</summary>
    public static IReadOnlyDictionary<string, TestRecord> OfEachKind { get; } = new Dictionary<string, TestRecord>(StringComparer.Ordinal)
    {
        ["plain"] = new(),
        ["json"] = WithValue(/*lang=json*/ "{\"total\": 12.50,\r\n \"big\": 123456789012345678901234567890, \"tags\": [\"é\", \"\\u00e9\"]}\n"),
        ["tombstone"] = WithValue((byte[]?)null),
        ["null-key"] = new() { Key = null },
        ["null-key-tombstone"] = new() { Key = null, Value = null },
        ["empty"] = new() { Key = [], Value = [] },
        ["binary"] = new() { Key = [0xFF, 0x00], Value = [0xC3, 0x28, 0xFE, 0xFB] },
        ["binary-key-tombstone"] = new() { Key = [0xFF, 0x00], Value = null },
        ["text-of-all-sorts"] = WithValue("\"quoted\" \\ <b>&amp;</b> 'é' 日本 😀 \u2028\u2029\u007F\0\u0001\t"),
        ["lines"] = WithValue("one\ntwo\r\nthree\rfour\n\nevent: six\n"),
        ["no-timestamp"] = new() { TimestampMs = -1 },
        ["too-large"] = new() { Headers = new Headers { { "h", [1] } }, IsCut = true },
        ["too-large-binary-key"] = new() { Key = [0xFF, 0x00], IsCut = true },
        ["too-large-with-its-key"] = new() { Key = new byte[100_000], IsCut = true },
        ["attempt"] = new() { Headers = new Headers { { "a", "1"u8.ToArray() } }, Attempt = 3 },
        ["headers"] = new()
        {
            Headers = new Headers
            {
                { "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8.ToArray() },
                { "repeated", "1"u8.ToArray() },
                { "repeated", "2"u8.ToArray() },
                { "null", null },
                { "empty", [] },
                { "binary", [0xFF, 0xFE] },
                { "", "no name"u8.ToArray() },
                { "odd \"name\"\r\n\0é", "x"u8.ToArray() },
            },
        },
    };

    private static RecordHeaders? Own(Headers? headers)
    {
        if (headers is null)
        {
            return null;
        }

        var own = new RecordHeaders();
        own.Add(headers);
        return own;
    }
}
