using System.Text;
using Confluent.Kafka;
using FsCheck;
using FsCheck.Fluent;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.Documentation;
using KafkaConsume.Yarp.Transports;

namespace KafkaConsume.Yarp.Tests.Transports;

public sealed class AckReaderTests
{
    private static readonly RecordId First = new(new TopicPartition("orders", 0), 42);

    [Fact]
    public void Read_EachKind_IsUnderstood()
    {
        Read("""{"type":"ack","records":[{"topic":"orders","partition":0,"offset":42},{"topic":"a","partition":3,"offset":9223372036854775807}]}""")
            .Should().BeEquivalentTo(new AckMessage(AckKind.Ack) { Records = [First, new(new TopicPartition("a", 3), long.MaxValue)] });
        Read("""{"type":"ack","topic":"orders","partition":0,"through":42}""")
            .Should().BeEquivalentTo(new AckMessage(AckKind.Ack) { Records = [First], IsCumulative = true });
        Read("""{"type":"nack","records":[{"topic":"orders","partition":0,"offset":42}],"delay":1.5,"reason":"full"}""")
            .Should().BeEquivalentTo(new AckMessage(AckKind.Nack) { Records = [First], Delay = TimeSpan.FromSeconds(1.5), Reason = "full" });
        Read("""{"type":"extend","records":[{"topic":"orders","partition":0,"offset":42}]}""")
            .Should().BeEquivalentTo(new AckMessage(AckKind.Extend) { Records = [First] });
        Read("""{"type":"commit","offsets":[{"topic":"orders","partition":0,"nextOffset":43}]}""")
            .Should().BeEquivalentTo(new AckMessage(AckKind.Commit) { Records = [First], IsCumulative = true });
        Read("""{"type":"permit","count":5}""").Should().BeEquivalentTo(new AckMessage(AckKind.Permit) { Count = 5 });
        Read("""{"type":"permit","count":9223372036854775807}""").Should().BeEquivalentTo(new AckMessage(AckKind.Permit) { Count = int.MaxValue });
        Read("""{"batch":"b-1"}""").Should().BeEquivalentTo(new AckMessage(AckKind.Ack) { Batch = "b-1" });
        Read("""{"type":"ack","batch":"b-1"}""").Should().BeEquivalentTo(new AckMessage(AckKind.Ack) { Batch = "b-1" });
        Read("""{"type":"nack","batch":"b-1"}""").Should().BeEquivalentTo(new AckMessage(AckKind.Nack) { Batch = "b-1" });
        Read("""{"type":"extend","batch":"b-1","later":{"deep":[1]}}""").Should().BeEquivalentTo(new AckMessage(AckKind.Extend) { Batch = "b-1" });
    }

    [Fact]
    public void Read_MessagesThatArePromised_AreUnderstood()
    {
        var lines = Repository.Read("tests/KafkaConsume.Yarp.Tests/Golden/acks.messages.txt").Split('\n').Where(line => line.StartsWith('{')).ToList();

        lines.Should().HaveCount(7).And.AllSatisfy(line => Read(line).Should().NotBeNull());
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"batch":"b"} {}""", "not JSON")]
    [InlineData("""{"batch":"\ud800"}""", "not JSON")]
    [InlineData("[]", "is a JSON object")]
    [InlineData("{}", "'type' is")]
    [InlineData("""{"type":"permit"}""", "'count' is")]
    [InlineData("""{"type":"permit","count":0}""", "'count' is")]
    [InlineData("""{"type":"permit","count":1.5}""", "'count' is")]
    [InlineData("""{"type":"permit","count":"5"}""", "'count' is")]
    [InlineData("""{"type":"permission","count":5}""", "'type' is")]
    [InlineData("""{"type":7,"batch":"b"}""", "'type' is")]
    [InlineData("""{"batch":7}""", "'type' is")]
    [InlineData("""{"type":"ack"}""", "'records' or 'batch'")]
    [InlineData("""{"type":"nack","batch":"b","records":[{"topic":"t","partition":0,"offset":0}]}""", "'records' or 'batch'")]
    [InlineData("""{"type":"ack","batch":7}""", "'batch' is a string")]
    [InlineData("""{"type":"ack","records":[]}""", "'records' is a list")]
    [InlineData("""{"type":"ack","records":{}}""", "'records' is a list")]
    [InlineData("""{"type":"ack","records":[7]}""", "'offset', whole numbers")]
    [InlineData("""{"type":"ack","records":[{"topic":"t","partition":0}]}""", "'offset', whole numbers")]
    [InlineData("""{"type":"ack","records":[{"topic":"t","partition":0,"offset":-1}]}""", "'offset', whole numbers")]
    [InlineData("""{"type":"ack","records":[{"topic":"t","partition":0,"offset":1.5}]}""", "'offset', whole numbers")]
    [InlineData("""{"type":"ack","records":[{"topic":"t","partition":0,"offset":9223372036854775808}]}""", "'offset', whole numbers")]
    [InlineData("""{"type":"ack","records":[{"topic":"t","partition":2147483648,"offset":0}]}""", "'offset', whole numbers")]
    [InlineData("""{"type":"ack","topic":"t","through":1}""", "'through', whole numbers")]
    [InlineData("""{"type":"commit","offsets":[{"topic":"t","partition":0,"offset":1}]}""", "'nextOffset', whole numbers")]
    [InlineData("""{"type":"commit","batch":"b"}""", "'offsets' is a list")]
    [InlineData("""{"type":"nack","batch":"b","delay":-1}""", "'delay' is a number")]
    [InlineData("""{"type":"nack","batch":"b","delay":3601}""", "'delay' is a number")]
    [InlineData("""{"type":"nack","batch":"b","delay":1e999}""", "'delay' is a number")]
    [InlineData("""{"type":"nack","batch":"b","delay":"5"}""", "'delay' is a number")]
    [InlineData("""{"type":"ack","records":[[[[[[[[[[]]]]]]]]]]}""", "not JSON")]
    public void Read_AnythingElse_SaysWhatIsWrong(string json, string fault)
    {
        AckReader.Read(Encoding.UTF8.GetBytes(json), out var said).Should().BeNull();

        said.Should().Contain(fault);
    }

    [Fact]
    public void Read_TextThatIsNotUtf8_IsRefused() =>
        AckReader.Read(new byte[] { (byte)'{', (byte)'"', (byte)'b', (byte)'a', (byte)'t', (byte)'c', (byte)'h', (byte)'"', (byte)':', (byte)'"', 0xFF, (byte)'"', (byte)'}' }, out var fault)
            .Should().BeNull(fault);

    [Fact]
    public void Read_LongReason_IsCut() =>
        Read($$"""{"type":"nack","batch":"b","reason":"{{new string('x', 5000)}}"}""")!.Reason.Should().HaveLength(AckReader.MaxReason);

    [Fact]
    public void Read_DamagedMessages_AreReadOrRefusedButNeverThrow()
    {
        string[] seeds =
        [
            """{"type":"ack","records":[{"topic":"orders","partition":0,"offset":42}]}""",
            """{"type":"nack","batch":"AAAA","delay":5,"reason":"\u00e9\n"}""",
            """{"type":"commit","offsets":[{"topic":"orders","partition":0,"nextOffset":43}]}""",
        ];
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Seed, (byte Place, byte Value)[] Changes)>(), damage =>
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[damage.Seed % seeds.Length]);
            foreach (var (place, value) in damage.Changes)
            {
                bytes[place % bytes.Length] = value;
            }

            var message = AckReader.Read(bytes, out var fault);

            (message is null).Should().Be(fault is not null);
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    private static AckMessage? Read(string json)
    {
        var message = AckReader.Read(Encoding.UTF8.GetBytes(json), out var fault);
        fault.Should().BeNull();
        return message;
    }
}
