using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>Records of one byte and of a mebibyte, with bytes in them that formats trip over: clients get the very bytes that were produced.</summary>
public abstract class RecordBytesScenarios(Func<Task<ITestKafka>> kafka)
{
    private const int LargeParts = 6;

    /// <summary>The most that a broker takes by default is a mebibyte and 12 bytes for a batch, of which its frame needs some.</summary>
    private const int Large = (1024 * 1024) - 512;

    private static readonly byte[]?[] Small =
    [
        null,
        [],
        "a"u8.ToArray(),
        [0x00],
        [0x0D],
        [0x0A],
        [0xFF],
        [0xC3],
        "\0\u0001\u001F\u007F"u8.ToArray(),
        "a\r\nb\rc\nd\n\r\n"u8.ToArray(),
        "\n\ndata: not an event\nid: not an id\n\n"u8.ToArray(),
        "\u2028\u2029\u0085\uFEFF"u8.ToArray(),
        "\uFEFFbehind a byte order mark"u8.ToArray(),
        "\"\\/</script>&'+\u00e9\ud83d\ude00"u8.ToArray(),
        [0xED, 0xA0, 0x80],
        [0xF4, 0x90, 0x80, 0x80],
    ];

    [Fact]
    public async Task AllTransports_BytesOfEveryKindAndSize_AreThoseThatWereProduced()
    {
        using var topic = await Topic.CreateAsync(await kafka(), 1 + LargeParts);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")));
        await using var live = await LiveReader.StartAsync(gateway.Address, Transport.ServerSentEvents, "/auto?from=earliest");
        await using var liveSocket = await LiveReader.StartAsync(gateway.Address, Transport.WebSocket, "/auto?from=earliest");
        var produced = new Dictionary<(int Partition, long Offset), Message<byte[]?, byte[]?>>();
        foreach (var (message, partition) in Messages())
        {
            var stored = await topic.ProduceAsync(message, partition);
            produced.Add((partition, stored.Offset.Value), message);
        }

        await using var past = await LiveReader.StartAsync(gateway.Address, Transport.ServerSentEvents, "/auto?from=earliest");
        await using var pastSocket = await LiveReader.StartAsync(gateway.Address, Transport.WebSocket, "/auto?from=earliest");
        LiveReader[] readers = [live, liveSocket, past, pastSocket];
        await Task.WhenAll(readers.Select(reader => reader.UntilAsync(produced.Count)));
        var batches = await Page.GetManyAsync(gateway.Client, "/auto?from=earliest", produced.Count);

        foreach (var records in readers.Select(reader => reader.Records).Append([.. batches.Select(record => record!)]))
        {
            records.Should().HaveCount(produced.Count);
            records.Select(Place).Should().OnlyHaveUniqueItems();
            records.ToList().ForEach(record => ShouldBe(record, produced[Place(record)]));
        }
    }

    private static IEnumerable<(Message<byte[]?, byte[]?> Message, int Partition)> Messages()
    {
        foreach (var bytes in Small)
        {
            yield return (new Message<byte[]?, byte[]?> { Value = bytes }, 0);
            yield return (new Message<byte[]?, byte[]?> { Key = bytes }, 0);
            yield return (new Message<byte[]?, byte[]?> { Key = bytes, Value = bytes, Headers = [new Header(Name(bytes), bytes), new Header("h", bytes)] }, 0);
        }

        var nasty = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\r\n\0\u2028\"\\\u00e9", Large / 12)));
        var binary = new byte[Large];
        new Random(1).NextBytes(binary);
        byte[] plain = [.. Enumerable.Repeat((byte)'x', Large)];

        // A partition each: the embedded cluster keeps five mebibytes of one.
        yield return (new Message<byte[]?, byte[]?> { Value = plain }, 1);
        yield return (new Message<byte[]?, byte[]?> { Value = nasty }, 2);
        yield return (new Message<byte[]?, byte[]?> { Value = binary }, 3);
        yield return (new Message<byte[]?, byte[]?> { Key = nasty }, 4);
        yield return (new Message<byte[]?, byte[]?> { Key = binary, Value = "x"u8.ToArray() }, 5);
        yield return (new Message<byte[]?, byte[]?> { Headers = [new Header("h", nasty[..(Large / 2)]), new Header("b", binary[..(Large / 3)])] }, 6);
    }

    /// <summary>Makes a header's name of bytes that may be one.</summary>
    private static string Name(byte[]? bytes)
    {
        var name = Encoding.UTF8.GetString(bytes ?? []);
        return name.Contains('\uFFFD', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal) || name.Length == 0 ? "n" : name;
    }

    private static (int Partition, long Offset) Place(JsonNode record) => ((int)record["partition"]!, (long)record["offset"]!);

    private static void ShouldBe(JsonNode record, Message<byte[]?, byte[]?> message)
    {
        ShouldBe(record["key"], record["keyEncoding"], message.Key);
        ShouldBe(record["value"], record["valueEncoding"], message.Value);
        var headers = record["headers"]?.AsArray() ?? [];
        headers.Should().HaveCount(message.Headers?.Count ?? 0);
        for (var index = 0; index < headers.Count; index++)
        {
            ((string?)headers[index]!["key"]).Should().Be(message.Headers![index].Key);
            ShouldBe(headers[index]!["value"], headers[index]!["encoding"], message.Headers[index].GetValueBytes());
        }
    }

    private static void ShouldBe(JsonNode? text, JsonNode? encoding, byte[]? bytes)
    {
        var actual = text is null ? null : encoding is null ? Encoding.UTF8.GetBytes((string)text!) : Convert.FromBase64String((string)text!);
        (actual is null).Should().Be(bytes is null);
        (actual ?? []).AsSpan().SequenceEqual(bytes).Should().BeTrue("bytes are what was produced: {0}", text?.ToJsonString()[..Math.Min(100, text.ToJsonString().Length)]);
    }
}

public sealed class RecordBytesOnEmbeddedTests(EmbeddedKafkaFixture embedded) : RecordBytesScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class RecordBytesOnKafkaTests(RealKafkaFixture kafka) : RecordBytesScenarios(kafka.GetAsync);
