using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>Clients that are cut at random bytes while records are produced: what they have read, put together, is the topic.</summary>
public abstract class CutScenarios(Func<Task<ITestKafka>> kafka)
{
    private const int Partitions = 3;
    private const int CutsPerClient = 5;
    private const int Step = 20;

    /// <summary>The smallest tail there is: clients fall off it, catch up from Kafka and come back again and again.</summary>
    private const int SmallTail = 64 * 1024;

    private static readonly int RecordsPerPartition = 200 * Effort.Factor;
    private static readonly TimeSpan StepPatience = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Cuts_AThousandOfTwoHundredClients_LoseAndRepeatNothing()
    {
        using var topic = await Topic.CreateAsync(await kafka(), Partitions);
        await using var gateway = await StartAsync(topic);

        var readers = Readers(200, padding: 100, _ => gateway.Address);

        await ShouldReadAllAsync(topic, readers, padding: 100);
    }

    [Fact]
    public async Task Cuts_OfClientsThatFallOffTheTail_LoseAndRepeatNothing()
    {
        using var topic = await Topic.CreateAsync(await kafka(), Partitions);
        await using var gateway = await StartAsync(topic, SmallTail);

        // More than a piece of what is read from Kafka at one time, so that the tail moves on between the pieces.
        var readers = Readers(20, padding: 5000, _ => gateway.Address);

        await ShouldReadAllAsync(topic, readers, padding: 5000);
    }

    [Fact]
    public async Task Cuts_OfClientsThatComeBackToAnotherGateway_LoseAndRepeatNothing()
    {
        using var topic = await Topic.CreateAsync(await kafka(), Partitions);
        await using var large = await StartAsync(topic);
        await using var small = await StartAsync(topic, SmallTail);

        var readers = Readers(40, padding: 500, random => random.Next(2) == 0 ? large.Address : small.Address);

        await ShouldReadAllAsync(topic, readers, padding: 500);
    }

    [Fact]
    public async Task Cuts_AcrossRestartsOfTheGateway_LoseAndRepeatNothing()
    {
        using var topic = await Topic.CreateAsync(await kafka(), Partitions);
        var gateway = await StartAsync(topic);
        var readers = Readers(40, padding: 500, _ => Volatile.Read(ref gateway).Address, gatewaysStop: true);

        var reading = ShouldReadAllAsync(topic, readers, padding: 500);
        for (var restart = 1; restart <= 4; restart++)
        {
            var due = readers.Count * CutsPerClient * restart / 5;
            await Eventually.UntilAsync(() => reading.IsCompleted || readers.Sum(reader => reader.Cuts) >= due, "more cuts");
            var old = gateway;

            // The old one stops first, half of the time: nobody answers for a moment.
            if (restart % 2 == 0)
            {
                await old.StopAsync();
            }

            Volatile.Write(ref gateway, await StartAsync(topic, restart % 2 == 0 ? SmallTail : null));
            await old.DisposeAsync();
        }

        await reading;
        await gateway.DisposeAsync();
    }

    private static IReadOnlyList<CutReader> Readers(int count, int padding, Func<Random, Uri> gateways, bool gatewaysStop = false) =>
        [.. Enumerable.Range(0, count).Select(seed =>
        {
            var random = new Random(seed);

            // No client may have read everything before it has been cut as often as it is to be.
            var most = Partitions * RecordsPerPartition * padding / (CutsPerClient * Effort.Factor);
            var cuts = Enumerable.Range(0, CutsPerClient * Effort.Factor).Select(_ => random.Next(1, random.Next(4) == 0 ? 600 : most));
            return new CutReader(gateways, random, [.. cuts]) { GatewaysStop = gatewaysStop };
        })];

    private static async Task ShouldReadAllAsync(Topic topic, IReadOnlyList<CutReader> readers, int padding)
    {
        var reading = Task.WhenAll(readers.Select(reader => Task.Run(() => reader.ReadAsync(Partitions * RecordsPerPartition))));
        var producing = ProduceAsync(topic, readers, padding);

        // A reader that fails must not have to wait for the others.
        await await Task.WhenAny(reading, producing).WaitAsync(Effort.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        await Task.WhenAll(reading, producing).WaitAsync(Effort.Patience, TimeProvider.System, TestContext.Current.CancellationToken);

        readers.Sum(reader => reader.Cuts).Should().Be(readers.Count * CutsPerClient * Effort.Factor);
        var contents = await TopicTraffic.ReadAllAsync(topic.Kafka.BootstrapServers, topic.Name, Partitions);
        contents.Should().OnlyContain(records => records.Count == RecordsPerPartition);
        foreach (var reader in readers)
        {
            reader.Log.ShouldBe(topic.Name, contents);
        }
    }

    /// <summary>Produces as long as clients are cut, and not all at once.</summary>
    private static async Task ProduceAsync(Topic topic, IReadOnlyList<CutReader> readers, int padding)
    {
        for (var first = 0; first < RecordsPerPartition; first += Step)
        {
            await Task.WhenAll(Enumerable.Range(0, Partitions).Select(partition => topic.ProduceManyAsync(partition, first, Step, padding)));
            var due = readers.Count * CutsPerClient * Effort.Factor * first / RecordsPerPartition;
            var started = TimeProvider.System.GetTimestamp();
            await Eventually.UntilAsync(
                () => readers.Sum(reader => reader.Cuts) >= due || TimeProvider.System.GetElapsedTime(started) > StepPatience, "cuts");
        }
    }

    private static Task<Gateway> StartAsync(Topic topic, int? tailMaxBytes = null) => Gateway.StartAsync(new GatewayOptions
    {
        BootstrapServers = topic.Kafka.BootstrapServers,
        Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("HeartbeatInterval", "00:00:01"))],
        KafkaConsume = options => options.Tail.MaxBytes = tailMaxBytes ?? options.Tail.MaxBytes,
    });
}

public sealed class CutsOnEmbeddedTests(EmbeddedKafkaFixture embedded) : CutScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class CutsOnKafkaTests(RealKafkaFixture kafka) : CutScenarios(kafka.GetAsync);
