using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>Cursors that no gateway has made for the route: each is refused on each transport, and none is a start from anywhere.</summary>
public abstract class WildCursorScenarios(Func<Task<ITestKafka>> kafka)
{
    private const int ChecksumSize = 4;
    private const int HeadSize = 1 + 8;

    [Fact]
    public async Task Cursor_AnyByteChanged_IsRefused()
    {
        await using var route = await StartAsync();
        for (var index = 0; index < route.Cursor.Length; index++)
        {
            foreach (var mask in (byte[])[0x01, 0x80, 0xFF])
            {
                var changed = (byte[])route.Cursor.Clone();
                changed[index] ^= mask;
                await ShouldBeRefusedAsync(route, Base64Url.EncodeToString(changed));
            }

            await ShouldBeRefusedAsync(route, Base64Url.EncodeToString(route.Cursor.AsSpan(0, index)));
            await ShouldBeRefusedAsync(route, Base64Url.EncodeToString([.. route.Cursor[..index], 0, .. route.Cursor[index..]]));
        }
    }

    [Theory]
    [InlineData(new byte[] { 3, 4, 0, 0 }, "a partition does not exist")]
    [InlineData(new byte[] { 0xFF, 0xFF, 3, 4, 0, 0 }, "more partitions than bytes")]
    [InlineData(new byte[] { 2, 1, 0 }, "the first offset is -1")]
    [InlineData(new byte[] { 2, 0, 1 }, "the second offset is -1")]
    [InlineData(new byte[] { 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0 }, "the offset is -2^63")]
    [InlineData(new byte[] { 2, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2 }, "the second offset is 2^63")]
    [InlineData(new byte[] { 2, 0x84, 0, 0 }, "the offset is longer than it need be")]
    [InlineData(new byte[] { 2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 0 }, "the offset has 11 bytes")]
    [InlineData(new byte[] { 2, 4 }, "an offset is missing")]
    [InlineData(new byte[] { 2, 4, 0, 0 }, "a byte follows")]
    [InlineData(new byte[] { }, "there are no offsets")]
    public async Task Cursor_WithARightChecksumAndUnsoundOffsets_IsRefused(byte[] offsets, string because)
    {
        await using var route = await StartAsync();

        await ShouldBeRefusedAsync(route, route.Forge([.. route.Cursor[..HeadSize], .. offsets]), because);
    }

    [Fact]
    public async Task Cursor_OfAnotherRoute_IsRefusedEvenWithTheRightChecksum()
    {
        await using var route = await StartAsync();
        await using var other = await StartAsync();

        await ShouldBeRefusedAsync(route, Base64Url.EncodeToString(other.Cursor));
        await ShouldBeRefusedAsync(route, route.Forge(other.Cursor[..^ChecksumSize]));
        await ShouldBeRefusedAsync(route, route.Forge([.. route.Cursor[..^ChecksumSize], .. other.Cursor[1..^ChecksumSize]]), "it is of two topics");
    }

    [Fact]
    public async Task Cursor_ThatIsHugeOrNoCursorAtAll_IsRefused()
    {
        await using var route = await StartAsync();
        var good = Base64Url.EncodeToString(route.Cursor);
        string[] texts =
        [
            new('A', 8193), new('A', 7000), good + good, "earliest", "0", "-1", "42", "null", "{}", "AAAA", "....", good.ToUpperInvariant(), "%00", "%0A", "%C3%A9",
        ];

        foreach (var text in texts)
        {
            await ShouldBeRefusedAsync(route, text);
        }
    }

    [Fact]
    public async Task Cursor_BeyondTheEnd_IsToldAsAGapAndNotReadFromAnywhere()
    {
        await using var route = await StartAsync();
        var ahead = route.Forge([.. route.Cursor[..HeadSize], 2, 20, 19]);

        using var refused = await Problem.AskAsync(route.Gateway, Transport.Get, "/auto?cursor=" + ahead);
        var problem = await Problem.ReadAsync(refused, HttpStatusCode.Gone, "gap");
        await using var sse = await LiveReader.StartAsync(route.Gateway.Address, Transport.ServerSentEvents, "/auto?cursor=" + ahead);
        await using var socket = await LiveReader.StartAsync(route.Gateway.Address, Transport.WebSocket, "/auto?cursor=" + ahead);
        await Eventually.UntilAsync(() => sse.Gaps.Count > 0 && socket.Gaps.Count > 0, "the gaps");
        await route.Topic.ProduceAsync(0, "next");
        await Task.WhenAll(sse.UntilAsync(1), socket.UntilAsync(1));

        var gap = $$"""[{"topic":"{{route.Topic.Name}}","partition":0,"requested":10,"available":3}]""";
        problem["gaps"]!.ToJsonString().Should().Be(gap);
        sse.Gaps.Should().Equal(gap);
        socket.Gaps.Should().Equal(gap);
        ((string?)sse.Records[0]["value"]).Should().Be("next");
        ((string?)socket.Records[0]["value"]).Should().Be("next");
    }

    private async Task<CursorRoute> StartAsync()
    {
        var topic = await Topic.CreateAsync(await kafka(), partitions: 2);
        await topic.ProduceManyAsync(0, 0, 3);
        var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")));
        var cursor = (await Page.GetAsync(gateway.Client, "/auto?wait=0")).Cursor;
        return new CursorRoute(topic, gateway, Base64Url.DecodeFromChars(cursor));
    }

    private static async Task ShouldBeRefusedAsync(CursorRoute route, string cursor, string because = "")
    {
        foreach (var transport in Enum.GetValues<Transport>())
        {
            using var refused = await Problem.AskAsync(route.Gateway, transport, "/auto?cursor=" + cursor);
            if (refused.StatusCode != HttpStatusCode.RequestUriTooLong || cursor.Length < 8000)
            {
                refused.StatusCode.Should().Be(HttpStatusCode.BadRequest, "{0} {1}", cursor, because);
                await Problem.ReadAsync(refused, HttpStatusCode.BadRequest, "invalid-cursor");
            }
        }
    }

    /// <summary>A route, and the bytes of a cursor that is good for it.</summary>
    private sealed class CursorRoute(Topic topic, Gateway gateway, byte[] cursor) : IAsyncDisposable
    {
        public Topic Topic { get; } = topic;

        public Gateway Gateway { get; } = gateway;

        public byte[] Cursor { get; } = cursor;

        /// <summary>Puts the checksum behind contents, as somebody does who knows how.</summary>
        public string Forge(byte[] contents)
        {
            var seed = new PartitionMap([new TopicPartitions(Topic.Name, Guid.Empty, 2)]).Seed;
            var bytes = new byte[contents.Length + ChecksumSize];
            contents.CopyTo(bytes, 0);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(contents.Length), CursorCodec.Checksum(seed, contents));
            return Base64Url.EncodeToString(bytes);
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            Topic.Dispose();
        }
    }
}

public sealed class WildCursorsOnEmbeddedTests(EmbeddedKafkaFixture embedded) : WildCursorScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class WildCursorsOnKafkaTests(RealKafkaFixture kafka) : WildCursorScenarios(kafka.GetAsync);
