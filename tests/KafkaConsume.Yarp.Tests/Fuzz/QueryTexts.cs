using System.Text;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Queries and the headers that go with them: a line for the query, and one for each header.</summary>
internal static class QueryTexts
{
    private static readonly string[] Names =
        ["max", "maxBytes", "wait", "from", "until", "cursor", "partitions", "ack", "MAX", "%6dax", "", "x", "ack%00", "utm_source"];

    private static readonly string[] Values =
    [
        "", "0", "1", "5", "500", "501", "-1", "-0", "+1", "%2B1", "1.5", ".5", "5.", "1e3", "0x10", "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775807",
        "99999999999999999999999999999999999999", "79228162514264337593543950335", "0.0000000000000000000000000001", "NaN", "Infinity", "%E2%88%9E", "%D9%A3", "now", "earliest", "latest", "EARLIEST",
        "2026-11-22T08:00:00Z", "2026-11-22T08:00:00+01:00", "2026-11-22T08:00:00%2B01:00", "2026-11-22T08:00:00.1234567Z", "2026-11-22T08:00:00.12345678Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999-14:00",
        "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T08:00:60Z", "2026-11-22T08:00:00", "2026-11-22T08:00:00+99:99",
        "0,2", "0,0,0", ",", "0,", "orders:0", "orders:0,orders:1", "orders:9", "orders:2147483648", "payments:0", ":0", "orders:", "0:0", "%2C", "orders%3A1", "1:1:1", " 1", "1 ",
        "%00", "%0d%0aX: y", "%ff", "%c3%28", "%ed%a0%80", "%", "%zz", "%u0041", "a=b", ";", "&&", "?", "#", "..", "%F0%9F%98%80",
    ];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("Prefer", ["wait=5", "wait", "wait=", "wait=-1", "wait=2147483648", "wait=\"5\"", "wait=\"", "respond-async, wait=3", "WAIT = 7;x=y", ",,,", "wait=5,wait=6", "\"wait=5", "\\\"", "=5"]),
        ("Accept", ["*/*", "application/json", "application/x-ndjson", "application/jsonl;q=0.5, application/json;q=0.1", "text/event-stream", "q", ";", "*/json", "application/*;q=2", "application/json;q=abc", "application/json;q=-1", "application/json;q=0.12345", "a/b;q=\"", "application/json;q=0", ",,", "*"]),
        ("Content-Type", ["application/json", "application/json; charset=\"", "application/json;charset=utf-7", "text/plain", "", "/", "application/json,text/plain"]),
        ("KafkaConsume-Owner", ["", "gateway-1", "gateway-2", "\u00ff", " gateway-1"]),
        ("Cookie", ["owner=gateway-1", "owner=gateway-2", "owner=", "owner", "owner=a; owner=b", "=;=", "owner=%00", "\u0001", ";;;", "owner=\"gateway-1\"", "OWNER=gateway-2"]),
        ("Origin", ["null", "https://elsewhere.example", "http://localhost", "", "://", "http://[::1", "http://\u00ff", "file:///", "http://localhost:99999", "javascript:0"]),
        ("Host", ["localhost", "", "[::1", "a:b:c", "\u00ff", "localhost:99999", "..", "a b"]),
        ("Last-Event-ID", ["", "0", "\u00ff", " "]),
    ];

    public static byte[] Next(FuzzRandom random, PartitionMap map, IReadOnlyList<string> batches)
    {
        var text = new StringBuilder();
        for (var count = random.Below(random.OneIn(50) ? 300 : 5); count > 0; count--)
        {
            var name = random.Pick(Names);
            var value = name switch
            {
                "ack" when !random.OneIn(4) => random.Pick(batches),
                "cursor" or "until" when random.OneIn(2) => CursorTexts.Next(random, map),
                "partitions" when random.OneIn(50) => string.Join(',', Enumerable.Repeat("1", random.Below(3_000))),
                _ => random.Pick(Values),
            };
            text.Append(name).Append(random.OneIn(30) ? "" : "=").Append(value).Append('&');
        }

        while (random.OneIn(2))
        {
            var (name, values) = random.Pick(Headers);
            var value = name == "Last-Event-ID" && random.OneIn(2) ? CursorTexts.Next(random, map) : random.Pick(values);
            text.Append('\n').Append(name).Append(": ").Append(random.OneIn(20) ? string.Join(',', Enumerable.Repeat(value, random.Below(60))) : value);
        }

        return ByteMutations.Apply(random, Encoding.Latin1.GetBytes(text.ToString()));
    }
}
