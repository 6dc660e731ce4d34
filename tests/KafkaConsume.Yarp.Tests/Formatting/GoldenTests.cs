using System.Text;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tests.Formatting;

/// <summary>Every kind of record in every shape that clients can ask for, as the wire protocol promises it.</summary>
public sealed class GoldenTests
{
    private static readonly GapInfo[] Gaps = [new("orders", 0, 17, 40), new("payments", 3, 0, 1L << 40)];

    public static TheoryData<KafkaMessageDeserializer, KafkaRecordFormat> Shapes
    {
        get
        {
            var shapes = new TheoryData<KafkaMessageDeserializer, KafkaRecordFormat>();
            foreach (var deserializer in Enum.GetValues<KafkaMessageDeserializer>())
            {
                foreach (var format in Enum.GetValues<KafkaRecordFormat>())
                {
                    shapes.Add(deserializer, format);
                }
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Batch_EachKindOfRecord_IsAsPromised(KafkaMessageDeserializer deserializer, KafkaRecordFormat format)
    {
        using var framing = Framing.ForBatch(deserializer, format);
        using var output = new PooledBuffer();
        foreach (var (name, record) in TestRecord.OfEachKind)
        {
            output.Write(Encoding.UTF8.GetBytes($"# {name}\n"));
            framing.WriteRecord(output, record.View, "Cur-sor_1"u8);
            output.Write("\n"u8);
        }

        GoldenFile.Check(FileName("batch", deserializer, format), output.WrittenSpan);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ServerSentEvents_EachKindOfRecord_IsAsPromised(KafkaMessageDeserializer deserializer, KafkaRecordFormat format)
    {
        using var framing = Framing.ForServerSentEvents(deserializer, format);
        using var output = new PooledBuffer();
        foreach (var (name, record) in TestRecord.OfEachKind)
        {
            output.Write(Encoding.UTF8.GetBytes($": {name}\n"));
            framing.WriteRecord(output, record.View, "Cur-sor_1"u8);
        }

        GoldenFile.Check(FileName("sse", deserializer, format), output.WrittenSpan);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void WebSocket_EachKindOfRecord_IsAsPromised(KafkaMessageDeserializer deserializer, KafkaRecordFormat format)
    {
        using var framing = Framing.ForWebSocket(deserializer, format);
        using var output = new PooledBuffer();
        using var text = new PooledBuffer();
        foreach (var (name, record) in TestRecord.OfEachKind)
        {
            output.Clear();
            framing.WriteRecord(output, record.View, "Cur-sor_1"u8);
            text.Write(Encoding.UTF8.GetBytes($"# {name}\n"));
            text.Write(FrameReader.ReadOnly(output.WrittenSpan));
            text.Write("\n"u8);
        }

        GoldenFile.Check(FileName("websocket", deserializer, format), text.WrittenSpan);
    }

    [Fact]
    public void ServerSentEvents_BesidesRecords_IsAsPromised()
    {
        using var framing = Framing.ForServerSentEvents(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record);
        using var output = new PooledBuffer();
        SseWriter.WriteRetry(output, 2500);
        framing.WritePosition(output, "Cur-sor_1"u8);
        framing.WriteRecord(output, new TestRecord().View, cursorUtf8: []);
        framing.WritePosition(output, cursorUtf8: []);
        SseWriter.WriteHeartbeat(output);
        framing.WriteGap(output, Gaps, "Cur-sor_2"u8);
        framing.WriteGap(output, Gaps.AsSpan(0, 1), cursorUtf8: []);
        SseWriter.WriteError(output, "{\"title\":\"Gone\",\r\n\"status\":410}"u8);

        GoldenFile.Check("sse.events.txt", output.WrittenSpan);
    }

    [Fact]
    public void ServerSentEvents_GapOfValues_IsTheGapOfRecords()
    {
        using var records = Framing.ForServerSentEvents(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record);
        using var values = Framing.ForServerSentEvents(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Value);
        using var expected = new PooledBuffer();
        using var actual = new PooledBuffer();

        records.WriteGap(expected, Gaps, "Cur-sor_1"u8);
        values.WriteGap(actual, Gaps, "Cur-sor_1"u8);
        records.WritePosition(expected, "Cur-sor_1"u8);
        values.WritePosition(actual, "Cur-sor_1"u8);

        actual.WrittenSpan.ToArray().Should().Equal(expected.WrittenSpan.ToArray());
    }

    [Fact]
    public void WebSocket_BesidesRecords_IsAsPromised()
    {
        using var framing = Framing.ForWebSocket(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record);
        using var output = new PooledBuffer();
        framing.WritePosition(output, "Cur-sor_1"u8);
        framing.WritePosition(output, cursorUtf8: []);
        framing.WriteGap(output, Gaps, "Cur-sor_2"u8);
        framing.WriteGap(output, Gaps.AsSpan(0, 1), cursorUtf8: []);
        framing.WriteRecord(output, new TestRecord().View, cursorUtf8: []);

        var text = string.Join('\n', FrameReader.ReadAll(output.WrittenSpan).Select(Encoding.UTF8.GetString)) + "\n";
        GoldenFile.Check("websocket.events.txt", Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public void Batch_PositionsAndGaps_AreLeftToTheAnswer()
    {
        using var framing = Framing.ForBatch(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record);
        using var output = new PooledBuffer();

        framing.WritePosition(output, "Cur-sor_1"u8);
        framing.WriteGap(output, Gaps, "Cur-sor_1"u8);

        output.Length.Should().Be(0);
    }

    private static string FileName(string transport, KafkaMessageDeserializer deserializer, KafkaRecordFormat format) =>
        $"{transport}.{format}.{deserializer}.txt".ToLowerInvariant();
}
