using System.Net.ServerSentEvents;
using System.Text;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tests.Formatting;

/// <summary>What the framework's own parser makes of our server-sent events.</summary>
public sealed class SseTests
{
    public static TheoryData<string> Texts => new(
        "", " ", "  two spaces in front", "one\ntwo", "one\rtwo", "one\r\ntwo", "\n", "\r", "\r\n", "\n\r", "\r\r\n\n", "ends\n", "ends\r",
        "\nstarts", "a\0b", "\0", "\uFEFFwith a mark", ": not a comment", "event: not a name\n\ndata: forged\nid: forged",
        "data: nested", "\u0085\u2028\u2029 are not line breaks", "😀 日本");

    [Theory]
    [MemberData(nameof(Texts))]
    public void WriteRecord_TextAsValue_ComesOutAsOneMessage(string text)
    {
        var items = Parse(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Value, TestRecord.WithValue(text));

        items.Should().ContainSingle().Which.Should().Be(("message", Lines(text), "Cur-sor_1"));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void WriteRecord_TextInRecord_ComesOutWhole(string text)
    {
        var items = Parse(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record, TestRecord.WithValue(text));

        var (type, data, id) = items.Should().ContainSingle().Subject;
        (type, id).Should().Be(("message", "Cur-sor_1"));
        using var json = System.Text.Json.JsonDocument.Parse(data);
        json.RootElement.GetProperty("value").GetString().Should().Be(text);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void WriteRecord_Tombstone_NamesItsKey(string text)
    {
        var record = new TestRecord { Key = Encoding.UTF8.GetBytes(text), Value = null };

        var items = Parse(KafkaMessageDeserializer.Json, KafkaRecordFormat.Value, record);

        items.Should().ContainSingle().Which.Should().Be(("delete", Lines(text), "Cur-sor_1"));
    }

    [Fact]
    public void WriteRecord_TombstoneWithoutKey_IsStillDispatched()
    {
        var items = Parse(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Value, new TestRecord { Key = null, Value = null });

        items.Should().ContainSingle().Which.Should().Be(("delete", "", "Cur-sor_1"));
    }

    [Theory]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "a lone surrogate")]
    [InlineData(new byte[] { (byte)'a', 0xFF, (byte)'\n', (byte)'\n' }, "no UTF-8 at all")]
    [InlineData(new byte[] { 0xE6, 0x97 }, "a character cut in half")]
    public void WriteRecord_BytesThatAreNotText_ComeOutAsBase64(byte[] value, string because)
    {
        foreach (var deserializer in new[] { KafkaMessageDeserializer.Noop, KafkaMessageDeserializer.Json })
        {
            var items = Parse(deserializer, KafkaRecordFormat.Value, TestRecord.WithValue(value));

            var (type, data, _) = items.Should().ContainSingle(because).Subject;
            type.Should().Be("base64");
            Convert.FromBase64String(data).Should().Equal(value);
        }
    }

    [Theory]
    [InlineData("{\"a\":\r\n[1,\n2.50]}\n", "message", "{\"a\":  [1, 2.50]}")]
    [InlineData(" 1e400 ", "message", "1e400")]
    [InlineData("not json", "invalid-json", "not json")]
    [InlineData("{\"a\":1}{}", "invalid-json", "{\"a\":1}{}")]
    [InlineData("", "invalid-json", "")]
    public void WriteRecord_JsonAsValue_IsAMessageOnlyIfItIsJson(string value, string type, string data)
    {
        var items = Parse(KafkaMessageDeserializer.Json, KafkaRecordFormat.Value, TestRecord.WithValue(value));

        items.Should().ContainSingle().Which.Should().Be((type, data, "Cur-sor_1"));
    }

    [Fact]
    public void WriteRecord_MegabyteOfLines_ComesOutWhole()
    {
        var random = new Random(1);
        var text = new string(random.GetItems<char>("abcdefgh \r\n\té", 1024 * 1024));

        foreach (var format in Enum.GetValues<KafkaRecordFormat>())
        {
            var (_, data, _) = Parse(KafkaMessageDeserializer.Noop, format, TestRecord.WithValue(text)).Should().ContainSingle().Subject;

            var expected = format is KafkaRecordFormat.Value ? Lines(text) : text;
            var actual = format is KafkaRecordFormat.Value ? data : System.Text.Json.Nodes.JsonNode.Parse(data)!["value"]!.GetValue<string>();
            string.Equals(actual, expected, StringComparison.Ordinal).Should().BeTrue("of {0}", format);
        }
    }

    [Fact]
    public void WritePosition_BetweenRecords_MovesTheLastEventIdAndDispatchesNothing()
    {
        using var framing = Framing.ForServerSentEvents(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record);
        using var output = new PooledBuffer();
        framing.WriteRecord(output, new TestRecord().View, "first"u8);
        framing.WritePosition(output, "second"u8);
        framing.WritePosition(output, []);
        SseWriter.WriteHeartbeat(output);

        var parser = SseParser.Create(new MemoryStream(output.WrittenSpan.ToArray()));

        parser.Enumerate().Should().ContainSingle().Which.EventId.Should().Be("first");
        parser.LastEventId.Should().Be("second");
    }

    [Fact]
    public void WriteRetry_AtTheStart_IsTheTimeToWait()
    {
        using var output = new PooledBuffer();
        SseWriter.WriteRetry(output, 2500);
        var parser = SseParser.Create(new MemoryStream(output.WrittenSpan.ToArray()));

        parser.Enumerate().Should().BeEmpty();
        parser.ReconnectionInterval.Should().Be(TimeSpan.FromMilliseconds(2500));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    public void WriteId_LineBreakOrNul_Throws(string text)
    {
        using var output = new PooledBuffer();
        var bytes = Encoding.UTF8.GetBytes(text);

        FluentActions.Invoking(() => SseWriter.WriteId(output, bytes)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => SseWriter.WriteEvent(output, bytes)).Should().Throw<ArgumentException>();
        output.Length.Should().Be(0);
    }

    private static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    private static List<(string Type, string Data, string? Id)> Parse(
        KafkaMessageDeserializer deserializer, KafkaRecordFormat format, TestRecord record)
    {
        using var framing = Framing.ForServerSentEvents(deserializer, format);
        using var output = new PooledBuffer();
        framing.WriteRecord(output, record.View, "Cur-sor_1"u8);
        using var stream = new MemoryStream(output.WrittenSpan.ToArray());
        return [.. SseParser.Create(stream).Enumerate().Select(item => (item.EventType, item.Data, item.EventId))];
    }
}
