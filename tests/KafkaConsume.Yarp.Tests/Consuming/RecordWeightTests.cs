using System.Text;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Tests.Formatting;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class RecordWeightTests
{
    [Theory]
    [InlineData("x", 16 * 1024 * 1024, false)]
    [InlineData("x", (16 * 1024 * 1024) + 1, true)]
    [InlineData("\0", 2_796_202, false)]
    [InlineData("\0", 2_796_203, true)]
    [InlineData("\"", 8 * 1024 * 1024, false)]
    [InlineData("\"", (8 * 1024 * 1024) + 1, true)]
    [InlineData("😀", 1_398_101, false)]
    [InlineData("😀", 1_398_102, true)]
    public void IsTooLarge_TextRepeated_IsWhatItsJsonSays(string text, int count, bool expected)
    {
        var bytes = Encoding.UTF8.GetBytes(new StringBuilder(text.Length * count).Insert(0, text, count).ToString());
        var record = new TestRecord { Key = null, Value = bytes };

        RecordWeight.IsTooLarge(record.View, bytes.Length).Should().Be(expected);

        using var framing = Framing.ForBatch(KafkaMessageDeserializer.Noop, KafkaRecordFormat.Value);
        using var output = new PooledBuffer();
        framing.WriteRecord(output, record.View, []);
        (output.Length - 2 > RecordWeight.Max).Should().Be(expected);
    }

    [Fact]
    public void IsTooLarge_KeyAndHeaders_CountToo()
    {
        var zeros = new byte[1_500_000];
        var record = new TestRecord { Key = zeros, Value = null, Headers = new Confluent.Kafka.Headers { { "h", zeros } } };

        RecordWeight.IsTooLarge(record.View, 3_000_001).Should().BeTrue();
    }
}
