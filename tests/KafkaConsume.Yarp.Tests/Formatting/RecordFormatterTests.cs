using System.Text.Json;
using Confluent.Kafka;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tests.Formatting;

public sealed class RecordFormatterTests
{
    [Theory]
    [InlineData(KafkaMessageDeserializer.Noop)]
    [InlineData(KafkaMessageDeserializer.Json)]
    [InlineData(KafkaMessageDeserializer.Base64)]
    public void WriteRecord_RandomBytes_ParsesAndGivesBackTheSameBytes(KafkaMessageDeserializer deserializer)
    {
        var random = new Random(1);
        for (var run = 0; run < 5000; run++)
        {
            var record = RandomRecord(random);

            using var json = JsonDocument.Parse(Format(record, deserializer));

            var root = json.RootElement;
            root.GetProperty("topic").GetString().Should().Be(record.Topic);
            root.GetProperty("partition").GetInt32().Should().Be(record.Partition);
            root.GetProperty("offset").GetInt64().Should().Be(record.Offset);
            BytesOf(root, "key", "keyEncoding").Should().Equal(record.Key);
            if (deserializer is not KafkaMessageDeserializer.Json || root.TryGetProperty("valueError", out _))
            {
                BytesOf(root, "value", "valueEncoding").Should().Equal(record.Value);
            }

            CheckHeaders(root, record.Headers!);
        }
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(-2, "1969-12-31T23:59:59.998Z")]
    [InlineData(1_795_334_400_120, "2026-11-22T08:00:00.120Z")]
    [InlineData(-62_135_596_800_000, "0001-01-01T00:00:00.000Z")]
    [InlineData(253_402_300_799_999, "9999-12-31T23:59:59.999Z")]
    [InlineData(-1, null)]
    [InlineData(-62_135_596_800_001, null)]
    [InlineData(253_402_300_800_000, null)]
    [InlineData(long.MaxValue, null)]
    [InlineData(long.MinValue, null)]
    public void WriteRecord_AnyTimestamp_IsRfc3339OrNull(long milliseconds, string? expected)
    {
        using var json = JsonDocument.Parse(Format(new TestRecord { TimestampMs = milliseconds }));

        json.RootElement.GetProperty("timestamp").GetString().Should().Be(expected);
    }

    [Fact]
    public void WriteRecord_HeadersWithoutAny_AreAbsent()
    {
        using var json = JsonDocument.Parse(Format(new TestRecord { Headers = [] }));

        json.RootElement.TryGetProperty("headers", out _).Should().BeFalse();
    }

    [Fact]
    public void WriteRecord_HeaderNameThatIsNotUnicode_StillParses()
    {
        using var json = JsonDocument.Parse(Format(new TestRecord { Headers = new Headers { { "a\ud800b", [1] } } }));

        json.RootElement.GetProperty("headers")[0].GetProperty("key").GetString().Should().Be("a\uFFFDb");
    }

    [Theory]
    [InlineData(KafkaMessageDeserializer.Noop)]
    [InlineData(KafkaMessageDeserializer.Json)]
    [InlineData(KafkaMessageDeserializer.Base64)]
    public void WriteRecord_KeyAndValueWithoutHeaders_AllocatesNothing(KafkaMessageDeserializer deserializer)
    {
        var record = TestRecord.WithValue($"{{\"text\":\n\"{new string('x', 500)}\"}}");
        foreach (var format in Enum.GetValues<KafkaRecordFormat>())
        {
            IFraming[] framings =
            [
                Framing.ForBatch(deserializer, format),
                Framing.ForServerSentEvents(deserializer, format),
                Framing.ForWebSocket(deserializer, format),
            ];
            foreach (var framing in framings)
            {
                AllocatedBy(framing, record).Should().BeLessThan(65_536, "{0} writes 10,000 records, and an object takes 24 bytes at least", framing);
            }
        }
    }

    private static long AllocatedBy(IFraming framing, TestRecord record)
    {
        using var output = new PooledBuffer();
        Write(framing, output, record, 1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(framing, output, record, 10_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        framing.Dispose();
        return allocated;
    }

    private static void Write(IFraming framing, PooledBuffer output, TestRecord record, int count)
    {
        for (var i = 0; i < count; i++)
        {
            output.Clear();
            framing.WriteRecord(output, record.View, "Cur-sor_1"u8);
        }
    }

    private static byte[] Format(TestRecord record, KafkaMessageDeserializer deserializer = KafkaMessageDeserializer.Noop)
    {
        using var framing = Framing.ForBatch(deserializer, KafkaRecordFormat.Record);
        using var output = new PooledBuffer();
        framing.WriteRecord(output, record.View, []);
        return output.WrittenSpan.ToArray();
    }

    private static void CheckHeaders(JsonElement root, Headers headers)
    {
        var found = root.TryGetProperty("headers", out var array) ? array.EnumerateArray().ToList() : [];
        found.Should().HaveCount(headers.Count);
        for (var i = 0; i < found.Count; i++)
        {
            found[i].GetProperty("key").GetString().Should().Be(headers[i].Key);
            BytesOf(found[i], "value", "encoding").Should().Equal(headers[i].GetValueBytes());
        }
    }

    private static byte[]? BytesOf(JsonElement element, string property, string encoding)
    {
        var value = element.GetProperty(property);
        if (element.TryGetProperty(encoding, out var name))
        {
            name.GetString().Should().Be("base64");
            return value.GetBytesFromBase64();
        }

        return value.GetString() is { } text ? System.Text.Encoding.UTF8.GetBytes(text) : null;
    }

    private static TestRecord RandomRecord(Random random)
    {
        var headers = new Headers();
        for (var i = random.Next(4); i > 0; i--)
        {
            headers.Add($"h{random.Next(3)}{(char)random.Next(0xD800)}", RandomBytes(random));
        }

        return new TestRecord
        {
            Topic = $"topic.{random.Next(10)}",
            Partition = random.Next(),
            Offset = random.NextInt64(),
            TimestampMs = random.NextInt64() >> random.Next(63),
            Key = RandomBytes(random),
            Value = RandomBytes(random),
            Headers = headers,
        };
    }

    private static byte[]? RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(20)];
        random.NextBytes(bytes);
        return random.Next(6) switch
        {
            0 => null,
            1 or 2 => bytes,
            3 => [.. bytes.Select(b => (byte)(b & 0x7F))],
            4 => random.GetItems<byte>("{}[]\",:0123456789.eE-+ \r\n\\truefalsn"u8, bytes.Length),
            _ => System.Text.Encoding.UTF8.GetBytes(string.Concat(bytes.Select(_ => new System.Text.Rune(random.Next(0xE000, 0x110000))))),
        };
    }
}
