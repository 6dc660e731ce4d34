using System.Text.Json;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tests.Formatting;

public sealed class WebSocketFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(1_000_000)]
    public void End_PayloadOfAnySize_MakesAWholeFrameBetweenOthers(int size)
    {
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        using var output = new PooledBuffer();

        WriteFrame(output, "before"u8);
        WriteFrame(output, payload);
        WriteFrame(output, "after"u8);

        var payloads = FrameReader.ReadAll(output.WrittenSpan);
        payloads.Should().HaveCount(3);
        payloads[0].Should().Equal("before"u8.ToArray());
        payloads[1].AsSpan().SequenceEqual(payload).Should().BeTrue();
        payloads[2].Should().Equal("after"u8.ToArray());
    }

    [Fact]
    public void WriteRecord_ValuesOfManySizes_AreFramesOfTheirRecords()
    {
        using var framing = Framing.ForWebSocket(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Value);
        using var output = new PooledBuffer();
        int[] sizes = [0, 80, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 65_400, .. Enumerable.Range(65_480, 60), 200_000];
        foreach (var size in sizes)
        {
            framing.WriteRecord(output, TestRecord.WithValue(new string('x', size)).View, "c"u8);
        }

        var lengths = FrameReader.ReadAll(output.WrittenSpan).Select(payload =>
        {
            using var json = JsonDocument.Parse(payload);
            return json.RootElement.GetProperty("value").GetString()!.Length;
        });

        lengths.Should().Equal(sizes);
    }

    private static void WriteFrame(PooledBuffer output, ReadOnlySpan<byte> payload)
    {
        var start = WebSocketFrame.Begin(output);
        output.Write(payload);
        WebSocketFrame.End(output, start);
    }
}
