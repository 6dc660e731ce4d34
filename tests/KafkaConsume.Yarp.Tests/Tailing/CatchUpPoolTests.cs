using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tailing;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaConsume.Yarp.Tests.Tailing;

public sealed class CatchUpPoolTests(EmbeddedKafkaFixture embedded)
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Ask_ManyClientsAtOnePlace_ShareOnePiece()
    {
        using var source = await SourceAsync(records: 20);
        using var pool = CreatePool();

        // Before the first has an answer, and after.
        using var first = pool.Ask(source.Request(0));
        using var second = pool.Ask(source.Request(0));
        var piece = await GetAsync(first);
        using var third = pool.Ask(source.Request(0));

        (await GetAsync(second)).Should().BeSameAs(piece);
        third.Piece.IsCompleted.Should().BeTrue("nothing need be read for it");
        (await GetAsync(third)).Should().BeSameAs(piece);
    }

    [Fact]
    public async Task Ask_ClientThatIsALittleAhead_ReadsTheRestOfThePiece()
    {
        using var source = await SourceAsync(records: 20);
        using var pool = CreatePool();
        using var first = pool.Ask(source.Request(0));
        using (var second = pool.Ask(source.Request(7)))
        {
            (await GetAsync(second)).Should().BeSameAs(await GetAsync(first));
        }

        // Kafka may have given the first no more than the first few, and then the rest is in the next.
        long[] positions = [7];
        var log = new ReadLog();
        while (positions[0] < source.Records)
        {
            using var ticket = pool.Ask(source.Request(positions[0]));
            TailPieces.Read(await GetAsync(ticket), source.Map, positions, log);
        }

        log.ShouldBe((source.Topic.Name, 0), Enumerable.Range(7, source.Records - 7));
    }

    [Fact]
    public async Task Ask_ClientThatIsBehindOrOfAnotherFormat_GetsAPieceOfItsOwn()
    {
        using var source = await SourceAsync(records: 20);
        using var pool = CreatePool();
        using var first = pool.Ask(source.Request(5));
        using var behind = pool.Ask(source.Request(4));
        using var other = pool.Ask(source.Request(5) with { Framing = TailPieces.Spec with { Format = KafkaRecordFormat.Value } });

        var pieces = new[] { await GetAsync(first), await GetAsync(behind), await GetAsync(other) };

        pieces.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Ask_MoreThanThereAreConsumers_AllAreServedInTurn()
    {
        using var source = await SourceAsync(records: 600);
        using var pool = CreatePool(size: 1);
        var log = new ReadLog();

        // Each is ahead of the one before, so that none can use another's piece.
        var tickets = Enumerable.Range(0, 20).Select(number => pool.Ask(source.Request(600 - (number * 10) - 10) with { MaxBytes = 1 })).ToList();

        foreach (var ticket in tickets)
        {
            (await GetAsync(ticket)).To[0].Should().BePositive();
            ticket.Dispose();
        }
    }

    [Fact]
    public async Task Ask_ClientsGoWhileTheyWait_HoldNothingBack()
    {
        using var source = await SourceAsync(records: 20);
        var memory = Memory();
        using var pool = CreatePool(size: 1, memory: memory);
        for (var round = 0; round < 50; round++)
        {
            // One is being read, one waits in the line, and both are gone before they have an answer.
            pool.Ask(source.Request(round % 20) with { MaxBytes = 1 }).Dispose();
            pool.Ask(source.Request((round + 7) % 20) with { MaxBytes = 1 }).Dispose();
        }

        using (var last = pool.Ask(source.Request(3)))
        {
            (await GetAsync(last)).To[0].Should().BePositive();
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.UntilAsync(
            () =>
            {
                pool.Sweep(TimeSpan.FromSeconds(1));
                return memory.Budget.Bytes == 0;
            },
            "the memory of pieces that nobody needs to be given back");
    }

    [Fact]
    public async Task Piece_HeldByAClient_KeepsItsBytesWhenTheCacheDropsIt()
    {
        using var source = await SourceAsync(records: 20);
        var memory = Memory();
        using var pool = CreatePool(memory: memory);
        var ticket = pool.Ask(source.Request(0));
        await GetAsync(ticket);
        _time.Advance(TimeSpan.FromMinutes(1));

        pool.Sweep(TimeSpan.FromHours(1));

        memory.Budget.Bytes.Should().BePositive();
        ticket.Dispose();
        await Eventually.UntilAsync(() => memory.Budget.Bytes == 0, "the memory to be given back with the last hold");
    }

    private static Task<CatchUpPiece> GetAsync(CatchUpTicket ticket) =>
        ticket.Piece.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);

    private TailMemory Memory() => TailMemory.Of(new KafkaTailOptions(), _time);

    private CatchUpPool CreatePool(int size = 2, TailMemory? memory = null)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = embedded.Kafka.BootstrapServers,
            ["fetch.wait.max.ms"] = "10",
        };
        return new CatchUpPool(new KafkaConnection("kafka", properties, "key"), size, isPortable: false, memory ?? Memory(), NullLoggerFactory.Instance);
    }

    private async Task<Source> SourceAsync(int records)
    {
        var topic = await Topic.CreateAsync(embedded.Kafka);
        await topic.ProduceManyAsync(0, 0, records);
        return new Source(topic, new PartitionMap([new TopicPartitions(topic.Name, Guid.Empty, 1)]), records);
    }

    private sealed record Source(Topic Topic, PartitionMap Map, int Records) : IDisposable
    {
        public CatchUpRequest Request(long from) => new(Map, TailPieces.Spec, [from], [Records]);

        public void Dispose() => Topic.Dispose();
    }
}
