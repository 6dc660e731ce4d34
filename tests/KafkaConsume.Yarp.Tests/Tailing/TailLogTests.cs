using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Tailing;
using KafkaConsume.Yarp.Tests.Formatting;

namespace KafkaConsume.Yarp.Tests.Tailing;

public sealed class TailLogTests
{
    private static readonly FramingSpec Sse = new(FramingKind.ServerSentEvents, KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record);

    [Fact]
    public void TryRead_TwoReaders_GetTheVerySameBytes()
    {
        var log = CreateLog(partitions: 1);
        using var first = new TailReader();
        using var second = new TailReader();
        first.AttachAtHead(log);
        second.AttachAtHead(log);
        Append(log, 0, 0);
        Publish(log);

        first.TryRead(out var one).Should().Be(TailRead.Block);
        second.TryRead(out var two).Should().Be(TailRead.Block);

        MemoryMarshal.TryGetArray(one, out var bytes).Should().BeTrue();
        MemoryMarshal.TryGetArray(two, out var same).Should().BeTrue();
        bytes.Array.Should().BeSameAs(same.Array, "a record is framed once, however many read it");
        (bytes.Offset, bytes.Count).Should().Be((same.Offset, same.Count));
        first.Advance();
        first.TryRead(out _).Should().Be(TailRead.CaughtUp);
        first.Positions.Should().Equal(1);
    }

    [Fact]
    public void TryRead_NotPublished_IsNotSeen()
    {
        var log = CreateLog(partitions: 1);
        using var reader = new TailReader();
        reader.AttachAtHead(log);

        Append(log, 0, 0);

        reader.TryRead(out _).Should().Be(TailRead.CaughtUp);
    }

    [Fact]
    public void TryRead_ReaderThatTheTailHasPassed_IsBehindAndKnowsWhereItStood()
    {
        var log = CreateLog(partitions: 2, maxBytes: 128 * 1024);
        using var reader = new TailReader();
        reader.AttachAtHead(log);
        Append(log, 1, 0);
        Publish(log);
        reader.TryRead(out _).Should().Be(TailRead.Block);
        reader.Advance();

        for (var offset = 0; offset < 500; offset++)
        {
            Append(log, 0, offset, 2000);
            Publish(log);
        }

        reader.TryRead(out _).Should().Be(TailRead.Behind);
        reader.Positions.Should().Equal(0, 1);
        log.StartPositions()[0].Should().BePositive();
        reader.TryAttach(log, [0, 1]).Should().BeFalse();
        reader.TryAttach(log, log.StartPositions()).Should().BeTrue();
        reader.TryRead(out _).Should().Be(TailRead.Block);
    }

    [Fact]
    public void TryRead_SegmentThatIsHeld_KeepsItsBytesWhileTheTailMovesOn()
    {
        var log = CreateLog(partitions: 1, maxBytes: 128 * 1024);
        using var reader = new TailReader();
        reader.AttachAtHead(log);
        Append(log, 0, 0);
        Publish(log);
        reader.TryRead(out var block).Should().Be(TailRead.Block);
        var before = Encoding.UTF8.GetString(block.Span);

        for (var offset = 1; offset < 500; offset++)
        {
            Append(log, 0, offset, 2000);
            Publish(log);
        }

        Encoding.UTF8.GetString(block.Span).Should().Be(before, "it is being written to a client");
    }

    [Fact]
    public void TryRead_RetiredLog_IsReadToItsEndFirst()
    {
        var log = CreateLog(partitions: 1);
        using var reader = new TailReader();
        reader.AttachAtHead(log);
        Append(log, 0, 0);
        Publish(log);

        log.Retire();

        log.IsRetired.Should().BeTrue();
        reader.TryRead(out _).Should().Be(TailRead.Block);
        reader.Advance();
        reader.TryRead(out _).Should().Be(TailRead.Retired);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Reader_WhereverItComesFrom_GetsExactlyWhatItDoesNotHaveWithItsOwnCursors(int partitions)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var log = CreateLog(partitions, maxBytes: 256 * 1024);
            var next = new long[partitions];
            var history = new List<(int Partition, long Offset)>();
            AppendSome(log, random, next, history);

            // Ahead of the tail in some partitions, behind it in others, as a client of another transport may be.
            var own = next.Select(end => random.NextInt64(end + 5)).ToArray();
            var expected = history.Where(record => record.Offset >= own[record.Partition]).ToList();
            using var reader = new TailReader();
            reader.TryAttach(log, (long[])own.Clone()).Should().BeTrue();
            var events = ReadAll(reader);
            for (var round = 0; round < 3; round++)
            {
                var count = history.Count;
                AppendSome(log, random, next, history);
                expected.AddRange(history.Skip(count).Where(record => record.Offset >= own[record.Partition]));
                events.AddRange(ReadAll(reader));
            }

            var records = events.Where(item => item.Data.Length > 0).ToList();
            records.Select(item => JsonNode.Parse(item.Data)!).Select(record => ((int)record["partition"]!, (long)record["offset"]!))
                .Should().Equal(expected, "of seed {0}", seed);
            CheckCursors(log.Map, own, events, hasCursorPerRecord: partitions <= 32);
            reader.Positions.Should().Equal(own.Zip(next, Math.Max));
        }
    }

    [Fact]
    public void DropOld_RecordsOfAMinuteAgo_AreForgottenAndReadersThatHadThemStay()
    {
        var time = new ManualTime();
        var memory = TailMemory.Of(new KafkaTailOptions { MaxAge = TimeSpan.FromSeconds(60) }, time);
        var log = CreateLog(partitions: 1, memory);
        using var reader = new TailReader();
        using var late = new TailReader();
        reader.AttachAtHead(log);
        late.AttachAtHead(log);
        Append(log, 0, 0);
        Publish(log);
        reader.TryRead(out _).Should().Be(TailRead.Block);
        reader.Advance();

        time.Advance(TimeSpan.FromSeconds(59));
        log.DropOld();
        log.StartPositions().Should().Equal(0);
        time.Advance(TimeSpan.FromSeconds(2));
        log.DropOld();

        log.StartPositions().Should().Equal(1);
        memory.Budget.Bytes.Should().Be(0);
        reader.TryRead(out _).Should().Be(TailRead.CaughtUp, "it has read what was dropped");
        late.TryRead(out _).Should().Be(TailRead.Behind);
        late.Positions.Should().Equal(0);
        Append(log, 0, 1);
        Publish(log);
        reader.TryRead(out _).Should().Be(TailRead.Block);
    }

    [Fact]
    public void Append_MoreThanAllTailsMayHold_DropsTheOldestWhosesoeverItIs()
    {
        var time = new ManualTime();
        var memory = TailMemory.Of(new KafkaTailOptions { TotalMaxBytes = 1024 * 1024 }, time);
        var old = CreateLog(partitions: 1, memory);
        var busy = CreateLog(partitions: 1, memory);
        Fill(old, 1000);
        var before = old.StartPositions()[0];
        time.Advance(TimeSpan.FromSeconds(1));

        Fill(busy, 1000);

        memory.Budget.Bytes.Should().BeLessThanOrEqualTo((1024 + 64) * 1024);
        old.StartPositions()[0].Should().BeGreaterThan(before);
        busy.StartPositions()[0].Should().Be(0, "there was room for it where the older was");

        static void Fill(TailLog log, int records)
        {
            for (var offset = 0; offset < records; offset++)
            {
                Append(log, 0, offset, 800);
                Publish(log);
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Reader_WithLimits_GetsExactlyWhatItWantsAndKnowsWhenItHasIt(int partitions)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var log = CreateLog(partitions, maxBytes: 16 * 1024 * 1024);
            var next = new long[partitions];
            var history = new List<(int Partition, long Offset)>();
            AppendSome(log, random, next, history);
            AppendSome(log, random, next, history);
            var own = next.Select(end => random.NextInt64(end + 1)).ToArray();
            var limits = next.Select(end => random.Next(3) == 0 ? 0 : random.NextInt64(end + 1)).ToArray();
            using var reader = new TailReader();
            reader.TryAttach(log, (long[])own.Clone(), limits).Should().BeTrue();

            var events = ReadAll(reader);

            events.Where(item => item.Data.Length > 0).Select(item => JsonNode.Parse(item.Data)!)
                .Select(record => ((int)record["partition"]!, (long)record["offset"]!))
                .Should().Equal(history.Where(record => record.Offset >= own[record.Partition] && record.Offset < limits[record.Partition]), "of seed {0}", seed);
            reader.TryRead(out _).Should().Be(TailRead.Done);
            reader.IsDone.Should().BeTrue();
            reader.Positions.Should().Equal(own.Zip(limits, Math.Max), "it stays where it was in a partition that it does not want");
        }
    }

    [Fact]
    public async Task WaitAsync_ManyReadersAndAWriterInAHurry_NobodySleepsThroughARecord()
    {
        const int readers = 40;
        const int records = 3000;
        var log = CreateLog(partitions: 1, maxBytes: 64 * 1024 * 1024);
        var reading = Enumerable.Range(0, readers).Select(_ => Task.Run(async () =>
        {
            using var reader = new TailReader();
            reader.TryAttach(log, [0]);
            while (reader.Positions[0] < records)
            {
                if (reader.TryRead(out var _) == TailRead.Block)
                {
                    reader.Advance();
                }
                else
                {
                    await reader.WaitAsync();
                }
            }
        })).ToArray();

        for (var offset = 0; offset < records; offset++)
        {
            Append(log, 0, offset);
            if (offset % 3 == 2)
            {
                Publish(log);
                await Task.Yield();
            }
        }

        Publish(log);
        await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WaitAsync_Closed_IsOverNowAndEverAfter()
    {
        var log = CreateLog(partitions: 1);
        using var reader = new TailReader();
        reader.AttachAtHead(log);
        var waiting = reader.WaitAsync();
        waiting.IsCompleted.Should().BeFalse();

        reader.Parking.Close();

        (await waiting).Should().HaveFlag(TailWake.Closed);
        (await reader.WaitAsync()).Should().HaveFlag(TailWake.Closed);
    }

    [Fact]
    public void AppendPosition_OffsetsWithoutARecord_MovesReadersAndTellsThem()
    {
        var log = CreateLog(partitions: 2);
        using var reader = new TailReader();
        reader.AttachAtHead(log);

        log.AppendPosition(1, 7);
        Publish(log);

        reader.TryRead(out var block).Should().Be(TailRead.Block);
        Encoding.UTF8.GetString(block.Span).Should().Be($"id: {CursorCodec.Encode(log.Map, [0, 7])}\n\n");
        reader.Advance();
        reader.Positions.Should().Equal(0, 7);
    }

    private static TailLog CreateLog(int partitions, int maxBytes = 16 * 1024 * 1024) => CreateLog(
        partitions, TailMemory.Of(new KafkaTailOptions { MaxBytes = maxBytes }, TimeProvider.System));

    private static TailLog CreateLog(int partitions, TailMemory memory) =>
        new(new PartitionMap([new TopicPartitions("orders", Guid.Empty, partitions)]), Sse, new long[partitions], memory);

    private static void Append(TailLog log, int partition, long offset, int size = 5) => log.Append(
        partition, new TestRecord { Partition = partition, Offset = offset, Value = Encoding.ASCII.GetBytes(new string('x', size)) }.View);

    private static void Publish(TailLog log)
    {
        log.Publish();
        log.WakeReaders();
    }

    private static void AppendSome(TailLog log, Random random, long[] next, List<(int Partition, long Offset)> history)
    {
        for (var count = random.Next(60); count > 0; count--)
        {
            // Offsets skip now and then, as they do where transactions were.
            var partition = random.Next(next.Length);
            var offset = next[partition] + (random.Next(5) == 0 ? random.Next(3) : 0);
            Append(log, partition, offset, random.Next(300));
            history.Add((partition, offset));
            next[partition] = offset + 1;
            if (random.Next(4) == 0)
            {
                Publish(log);
            }
        }

        Publish(log);
    }

    private static List<(string Id, string Data)> ReadAll(TailReader reader)
    {
        var bytes = new MemoryStream();
        while (reader.TryRead(out var block) == TailRead.Block)
        {
            bytes.Write(block.Span);
            reader.Advance();
        }

        return Parse(Encoding.UTF8.GetString(bytes.ToArray()));
    }

    private static List<(string Id, string Data)> Parse(string text)
    {
        var events = new List<(string Id, string Data)>();
        foreach (var item in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = item.Split('\n');
            events.Add((Field(lines, "id: "), Field(lines, "data: ")));
        }

        return events;
    }

    private static string Field(string[] lines, string name) =>
        lines.SingleOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..] ?? "";

    /// <summary>Checks that each id says what the client has read when it has read that far.</summary>
    private static void CheckCursors(PartitionMap map, long[] start, List<(string Id, string Data)> events, bool hasCursorPerRecord)
    {
        var positions = (long[])start.Clone();
        foreach (var (id, data) in events)
        {
            if (data.Length > 0)
            {
                var record = JsonNode.Parse(data)!;
                positions[(int)record["partition"]!] = (long)record["offset"]! + 1;
            }

            (id.Length > 0).Should().Be(hasCursorPerRecord || data.Length == 0);
            if (id.Length > 0)
            {
                id.Should().Be(CursorCodec.Encode(map, positions));
            }
        }
    }
}
