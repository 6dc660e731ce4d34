using System.Net;
using Confluent.Kafka;
using KafkaConsume.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests;

/// <summary>What a gateway holds of its machine, and of Kafka, when its clients come and go, or do not read.</summary>
[Collection<SampleCollection>]
public sealed class FootprintTests
{
    private const int Visits = 10_000;
    private const int VisitsToWarmUp = 2500;
    private const int AtATime = 64;
    private const int RecordsPerRound = 30;
    private const long MiB = 1024 * 1024;

    [Fact]
    public async Task Clients_TenThousandHaveComeAndGone_LeaveNothingBehind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        await using var kafka = EmbeddedKafka.Start(brokers: 1);
        kafka.CreateTopic(OrderProducer.Topic, partitions: 3);
        using var orders = new OrderProducer(kafka.BootstrapServers, TimeProvider.System, NullLogger<OrderProducer>.Instance);
        await orders.StartAsync(TestContext.Current.CancellationToken);
        await using var gateway = await GatewayProcess.StartFrugalAsync(
            "--ConnectionStrings:kafka", kafka.BootstrapServers,
            "--KafkaConsume:ConsumerIdleTimeout", "00:00:02",
            "--KafkaConsume:Connections:kafka:Config:fetch.wait.max.ms", "20");
        var broker = IPEndPoint.Parse(kafka.BootstrapServers);
        var chance = new Random(20_261_125);

        await VisitAsync(gateway, chance, VisitsToWarmUp);
        var before = await QuietAsync(gateway, broker);
        var busy = VisitAsync(gateway, chance, Visits);
        await UntilAsync(() => ProcessUse.Of(gateway.Id, broker).Connections > before.Connections, "consumers at work");
        await busy;
        var after = await QuietAsync(gateway, broker);

        TestContext.Current.TestOutputHelper?.WriteLine($"{before}\n{after}");
        after.Connections.Should().BeLessThanOrEqualTo(before.Connections);
        after.Threads.Should().BeLessThanOrEqualTo(before.Threads + 8, "the thread pool may have grown, but not with the clients");
        after.Files.Should().BeLessThanOrEqualTo(before.Files + 16);
        after.Memory.Should().BeLessThan(before.Memory + (40 * MiB), "a leak of 4 KiB for each client would show");
        gateway.Output.Should().NotContain("fail:").And.NotContain("crit:");
        await orders.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What stalled clients have not read is in Kafka, and neither waits for them in memory nor keeps the tail there.</summary>
    [Fact]
    public async Task Memory_OneClientInTenHasStalled_StaysWithinItsBounds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        await using var kafka = EmbeddedKafka.Start(brokers: 1);
        kafka.CreateTopic(OrderProducer.Topic, partitions: 3);
        await using var gateway = await GatewayProcess.StartFrugalAsync(
            "--ConnectionStrings:kafka", kafka.BootstrapServers,
            "--KafkaConsume:WriteTimeout", "00:10:00",
            "--KafkaConsume:Tail:MaxBytes", $"{4 * MiB}",
            "--KafkaConsume:Tail:TotalMaxBytes", $"{8 * MiB}",
            "--KafkaConsume:Connections:kafka:Config:queued.max.messages.kbytes", "4096",
            "--KafkaConsume:Connections:kafka:Config:fetch.wait.max.ms", "20");
        var broker = IPEndPoint.Parse(kafka.BootstrapServers);
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, LingerMs = 0 })
            .SetLogHandler((_, _) => { }).Build();
        var readers = await Task.WhenAll(Enumerable.Range(0, 18).Select(_ => CountingClient.StartAsync(gateway.Address)));
        using var stalledStream = await FickleClient.AskAsync(gateway.Address, "/orders/sse?from=earliest", receiveBuffer: 4096);
        using var stalledSocket = await FickleClient.AskAsync(gateway.Address, "/orders/ws?from=earliest", receiveBuffer: 4096);

        await ProduceAsync(producer, readers);
        var before = ProcessUse.Of(gateway.Id, broker).Memory;
        var most = before;
        for (var round = 0; round < 40; round++)
        {
            await ProduceAsync(producer, readers);
            most = Math.Max(most, ProcessUse.Of(gateway.Id, broker).Memory);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{before / MiB} MiB, {most / MiB} MiB at most");
        most.Should().BeLessThan(before + (64 * MiB), "the tail, what is fetched ahead and 1 MiB for each client are less, and what was produced is more");
        foreach (var reader in readers)
        {
            reader.Count.Should().Be(41 * RecordsPerRound);
            await reader.DisposeAsync();
        }
    }

    /// <summary>Produces 3 MB, and waits until all have it: the cluster keeps no more than 5 MiB of a partition.</summary>
    private static async Task ProduceAsync(IProducer<Null, byte[]> producer, CountingClient[] readers)
    {
        var due = readers[0].Count + RecordsPerRound;
        var value = Enumerable.Repeat((byte)'s', 100_000).ToArray();
        value[0] = value[^1] = (byte)'"';
        value[^2] = CountingClient.Mark;
        await Task.WhenAll(Enumerable.Range(0, RecordsPerRound).Select(record => producer.ProduceAsync(
            new TopicPartition(OrderProducer.Topic, record % 3), new Message<Null, byte[]> { Value = value }, TestContext.Current.CancellationToken)));
        await UntilAsync(() => readers.All(reader => reader.Count >= due), "all to have read");
    }

    private static async Task VisitAsync(GatewayProcess gateway, Random chance, int visits)
    {
        var seeds = new Queue<int>(Enumerable.Range(0, visits).Select(_ => chance.Next()));
        var read = await Task.WhenAll(Enumerable.Range(0, AtATime).Select(async _ =>
        {
            var total = 0L;
            while (TryTake(seeds, out var seed))
            {
                total += await FickleClient.VisitAsync(gateway.Address, new Random(seed));
            }

            return total;
        }));
        read.Sum().Should().BeGreaterThan(visits * 1000L, "most have got something");
    }

    private static bool TryTake(Queue<int> seeds, out int seed)
    {
        lock (seeds)
        {
            return seeds.TryDequeue(out seed);
        }
    }

    /// <summary>Waits until the gateway has given back what it gives back, and says what it holds then.</summary>
    private static async Task<ProcessUse> QuietAsync(GatewayProcess gateway, IPEndPoint broker)
    {
        // One connection is left for questions about topics, and is kept.
        var use = ProcessUse.Of(gateway.Id, broker);
        var since = TimeProvider.System.GetTimestamp();
        await UntilAsync(
            () =>
            {
                var now = ProcessUse.Of(gateway.Id, broker);
                if (now.Connections < use.Connections || now.Files < use.Files || now.Threads < use.Threads)
                {
                    since = TimeProvider.System.GetTimestamp();
                }

                use = now;
                return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(5);
            },
            "the gateway to settle");
        return use;
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience.Duration)
            {
                throw new TimeoutException($"Waited {Patience.Duration} for {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
