using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What clients get of records, whatever the cluster and the transport.</summary>
public abstract class LiveScenarios(Func<Task<ITestKafka>> kafka)
{
    [Fact]
    public async Task ServerSentEvents_RecordsProducedWhileReading_ArriveInOrder()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse")));
        await topic.ProduceAsync(0, "before");
        await using var client = await SseClient.ConnectAsync(gateway.Client, "/sse");

        await topic.ProduceAsync(0, "one", "two");

        (await client.TakeValuesAsync(2)).Should().Equal("one", "two");
    }

    [Fact]
    public async Task WebSocket_RecordsProducedWhileReading_ArriveInOrderBehindHello()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceAsync(0, "old");
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("ws", "/ws", topic.Name, ("Mode", "websocket")));
        using var client = await WebSocketClient.ConnectAsync(gateway, "/ws?from=earliest");

        var hello = await client.NextAsync();
        var first = await client.TakeValuesAsync(1);
        await topic.ProduceAsync(0, "one", "two");

        ((string?)hello!["type"]).Should().Be("hello");
        ((string?)hello["delivery"]).Should().Be("broadcast");
        ((string?)hello["session"]).Should().NotBeNullOrEmpty();
        ((string?)hello["cursor"]).Should().NotBeNullOrEmpty();
        first.Should().Equal("old");
        (await client.TakeValuesAsync(2)).Should().Equal("one", "two");
    }

    [Fact]
    public async Task Get_RecordProducedWhileWaiting_IsAnsweredAtOnce()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers,
            Gateway.Route("get", "/get", topic.Name, ("Mode", "http-get"), ("ConsumerGroup.Mode", "none"), ("MaxWait", "00:02:00")));
        var start = await Page.GetAsync(gateway.Client, "/get?wait=0");
        var waiting = Page.GetAsync(gateway.Client, start.Next.Replace("wait=0", "wait=55", StringComparison.Ordinal));

        await topic.ProduceAsync(0, "one");

        (await waiting.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken)).Values.Should().Equal("one");
    }

    [Fact]
    public async Task AllTransports_SeveralTopicsAndPartitions_GiveEachPartitionInOrder()
    {
        using var first = await Topic.CreateAsync(await kafka(), partitions: 2);
        using var second = await Topic.CreateAsync(first.Kafka);
        await using var gateway = await Gateway.StartAsync(
            first.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", $"{first.Name},{second.Name}", ("Mode", "auto")));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");

        await first.ProduceManyAsync(0, 0, 30);
        await first.ProduceManyAsync(1, 30, 30);
        await second.ProduceManyAsync(0, 60, 30);

        foreach (var records in new List<IReadOnlyList<JsonNode?>>
        {
            await sse.TakeRecordsAsync(90),
            await socket.TakeRecordsAsync(90),
            await Page.GetManyAsync(gateway.Client, "/auto?from=earliest", 90),
        })
        {
            var expected = Enumerable.Range(0, 90).Select(number => new
            {
                Topic = number < 60 ? first.Name : second.Name,
                Partition = number is >= 30 and < 60 ? 1 : 0,
                Offset = (long)(number % 30),
                Value = $"v{number}",
            });
            records.Select(record => new
            {
                Topic = (string)record!["topic"]!,
                Partition = (int)record["partition"]!,
                Offset = (long)record["offset"]!,
                Value = (string)record["value"]!,
            }).OrderBy(record => record.Value.Length).ThenBy(record => record.Value, StringComparer.Ordinal).Should().Equal(expected);
            records.GroupBy(record => ((string)record!["topic"]!, (int)record["partition"]!))
                .Should().OnlyContain(partition => partition.Select(record => (long)record!["offset"]!).SequenceEqual(Offsets(30)));
        }
    }

    [Fact]
    public async Task AllTransports_ValuesOfEveryKind_AreTheSameRecords()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        Message<byte[]?, byte[]?>[] messages =
        [
            new() { Key = "c-7"u8.ToArray(), Value = null },
            new() { Key = null, Value = "no key, \"quotes\", \u00e9, \ud83d\ude00, line\nbreak"u8.ToArray() },
            new() { Key = [], Value = [] },
            new() { Key = [0xff, 0x00], Value = [0xc3, 0x28] },
            new()
            {
                Key = null,
                Value = null,
                Headers = new Headers
                {
                    { "trace", "1"u8.ToArray() }, { "trace", "2"u8.ToArray() }, { "empty", [] }, { "none", null }, { "raw", [0xfe] },
                },
            },
        ];
        string[] expected =
        [
            """ "key":"c-7","value":null """,
            """ "key":null,"value":"no key, \"quotes\", é, 😀, line\nbreak" """,
            """ "key":"","value":"" """,
            """ "key":"/wA=","keyEncoding":"base64","value":"wyg=","valueEncoding":"base64" """,
            """ "key":null,"value":null,"headers":[{"key":"trace","value":"1"},{"key":"trace","value":"2"},{"key":"empty","value":""}, """
                + """ {"key":"none","value":null},{"key":"raw","value":"/g==","encoding":"base64"}] """,
        ];
        for (var offset = 0; offset < messages.Length; offset++)
        {
            messages[offset].Timestamp = new Timestamp(new DateTime(2026, 1, 31, 8, 0, offset, 123, DateTimeKind.Utc));
            await topic.ProduceAsync(messages[offset]);
            expected[offset] = $$"""
                {"topic":"{{topic.Name}}","partition":0,"offset":{{offset}},"timestamp":"2026-01-31T08:00:0{{offset}}.123Z",{{expected[offset]}}}
                """;
        }

        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");
        var batch = await Page.GetManyAsync(gateway.Client, "/auto?from=earliest", messages.Length);
        var events = await sse.TakeRecordsAsync(messages.Length);
        var frames = await socket.TakeRecordsAsync(messages.Length);

        for (var offset = 0; offset < messages.Length; offset++)
        {
            var record = JsonNode.Parse(expected[offset])!;
            ShouldBe(batch[offset]!, record);
            ShouldBe(events[offset], record);
            frames[offset].Remove("type").Should().BeTrue();
            frames[offset].Remove("cursor").Should().BeTrue();
            ShouldBe(frames[offset], record);
        }
    }

    [Fact]
    public async Task AllTransports_FormatValue_GiveTheValueAlone()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = "k"u8.ToArray(), Value = """{"total": 12.50}"""u8.ToArray() });
        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = "gone"u8.ToArray(), Value = null });
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers,
            Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("Format", "value"), ("MessageDeserializer", "json")));
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");

        var events = await sse.TakeAsync(2);
        var frames = await socket.TakeRecordsAsync(2);
        var batch = await Page.GetManyAsync(gateway.Client, "/auto?from=earliest", 2);

        events.Select(item => (item.EventType, item.Data)).Should().Equal(("message", """{"total": 12.50}"""), ("delete", "gone"));
        frames.Select(frame => frame["value"]?.ToJsonString()).Should().Equal("""{"total":12.50}""", null);
        frames.Should().OnlyContain(frame => frame.ContainsKey("cursor") && !frame.ContainsKey("topic"));
        batch.Select(record => record?.ToJsonString()).Should().Equal("""{"total":12.50}""", null);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task ServerSentEvents_CompressedBatches_AreRead(CompressionType compression)
    {
        using var topic = await Topic.CreateAsync(await kafka(), compression: compression);
        await topic.ProduceManyAsync(0, 0, 200);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse")));
        await using var client = await SseClient.ConnectAsync(gateway.Client, "/sse?from=earliest");

        var past = await client.TakeValuesAsync(200);
        await topic.ProduceManyAsync(0, 200, 100);
        var live = await client.TakeValuesAsync(100);

        past.Concat(live).Should().Equal(Enumerable.Range(0, 300).Select(number => $"v{number}"));
    }

    [Fact]
    public async Task AllTransports_RecordOfAMebibyte_IsGivenWhole()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        var large = new string('x', (1024 * 1024) - 512);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("BatchMaxBytes", "1000")));
        await using var live = await SseClient.ConnectAsync(gateway.Client, "/auto");
        using var liveSocket = await WebSocketClient.ConnectAsync(gateway, "/auto");

        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Value = Encoding.ASCII.GetBytes(large) });
        await topic.ProduceAsync(0, "small");
        await using var past = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var pastSocket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");
        var page = await Page.GetAsync(gateway.Client, "/auto?from=earliest");

        foreach (var values in new[]
        {
            await live.TakeValuesAsync(2), await liveSocket.TakeValuesAsync(2), await past.TakeValuesAsync(2), await pastSocket.TakeValuesAsync(2),
        })
        {
            values.Select(value => value!.Length).Should().Equal(large.Length, 5);
            values[0].Should().Be(large);
        }

        page.Values.Select(value => value!.Length).Should().Equal(large.Length);
        (await Page.GetAsync(gateway.Client, page.Next)).Values.Should().Equal("small");
    }

    private static IEnumerable<long> Offsets(int count) => Enumerable.Range(0, count).Select(number => (long)number);

    private static void ShouldBe(JsonNode actual, JsonNode expected) =>
        actual.ToJsonString().Should().Be(expected.ToJsonString());
}

public sealed class LiveOnEmbeddedTests(EmbeddedKafkaFixture embedded) : LiveScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class LiveOnKafkaTests(RealKafkaFixture kafka) : LiveScenarios(kafka.GetAsync);
