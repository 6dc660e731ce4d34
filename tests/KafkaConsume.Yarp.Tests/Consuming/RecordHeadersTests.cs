using System.Text;
using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class RecordHeadersTests
{
    [Fact]
    public void Clear_AfterLargeHeaders_LeavesNothingOfThem()
    {
        var headers = new RecordHeaders();
        for (var turn = 0; turn < 3; turn++)
        {
            for (var index = 0; index < 2000; index++)
            {
                headers.Add(Encoding.UTF8.GetBytes($"name{index}"), new byte[1000], hasValue: true);
            }

            headers.Clear();
            headers.Count.Should().Be(0);
            headers.Add("a"u8, "1"u8, hasValue: true);
            headers.Add("b"u8, default, hasValue: false);
            headers.Add(""u8, default, hasValue: true);

            headers.Count.Should().Be(3);
            Text(headers, 0).Should().Be(("a", "1"));
            Text(headers, 1).Should().Be(("b", null));
            Text(headers, 2).Should().Be(("", ""));
        }
    }

    [Fact]
    public void Add_NameThatIsNotUtf8_IsReplacedAsConfluentKafkaDoes()
    {
        var headers = new RecordHeaders();

        headers.Add([(byte)'a', 0xC3, 0x28, 0xFF], "1"u8, hasValue: true);
        headers.Add(new Headers { { "a\ud800b", [0xFF] } });

        Encoding.UTF8.GetString(headers[0].NameUtf8).Should().Be("a\uFFFD(\uFFFD");
        Encoding.UTF8.GetString(headers[1].NameUtf8).Should().Be("a\uFFFDb");
        headers[1].Value.ToArray().Should().Equal(0xFF);
    }

    private static (string Name, string? Value) Text(RecordHeaders headers, int index)
    {
        var header = headers[index];
        return (Encoding.UTF8.GetString(header.NameUtf8), header.HasValue ? Encoding.UTF8.GetString(header.Value) : null);
    }
}
