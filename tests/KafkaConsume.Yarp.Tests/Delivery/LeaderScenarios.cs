using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>Leaders move from broker to broker while records are produced and read.</summary>
public abstract class LeaderScenarios
{
    private const int Partitions = 3;
    private const int RecordsPerStep = 20;
    private const int Steps = 4;

    [Fact]
    public async Task Readers_LeadersMoveAgainAndAgain_ReadTheTopicExactly()
    {
        const int all = Partitions * RecordsPerStep * (Steps + 1);
        var kafka = await StartKafkaAsync();
        using var topic = await Topic.CreateAsync(kafka, Partitions);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("HeartbeatInterval", "00:00:01"))],
            KafkaConsume = options => options.Tail.MaxBytes = 64 * 1024,
        });
        await using var sse = await LiveReader.StartAsync(gateway.Address, Transport.ServerSentEvents, "/auto?from=earliest");
        await using var socket = await LiveReader.StartAsync(gateway.Address, Transport.WebSocket, "/auto?from=earliest");
        var cut = Enumerable.Range(0, 6).Select(seed =>
        {
            var random = new Random(seed);
            var cuts = Enumerable.Range(0, 10).Select(_ => random.Next(1, all * 1000 / 10));
            return new CutReader(_ => gateway.Address, random, [.. cuts]) { KafkaStops = true };
        }).ToList();
        var cutting = Task.WhenAll(cut.Select(reader => Task.Run(() => reader.ReadAsync(all))));

        await ProduceAsync(topic, step: 0);
        for (var step = 1; step <= Steps; step++)
        {
            var moving = MoveLeadersAsync(topic.Name, Partitions, step);
            await ProduceAsync(topic, step);
            await moving;
        }

        var contents = await TopicTraffic.ReadAllAsync(kafka.BootstrapServers, topic.Name, Partitions);
        await Task.WhenAll(sse.UntilAsync(all), socket.UntilAsync(all));
        await cutting.WaitAsync(Effort.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        foreach (var log in (ReadLog[])[sse.Log(), socket.Log(), .. cut.Select(reader => reader.Log)])
        {
            log.ShouldBe(topic.Name, contents);
        }

        sse.Gaps.Concat(socket.Gaps).Should().BeEmpty();
        gateway.Logs.Entries.Should().NotContain(entry => entry.Level >= LogLevel.Error);
    }

    /// <summary>Starts three brokers that are this test's own.</summary>
    protected abstract Task<ITestKafka> StartKafkaAsync();

    /// <summary>Gives partitions other leaders than they have.</summary>
    protected abstract Task MoveLeadersAsync(string topic, int partitions, int step);

    private static Task ProduceAsync(Topic topic, int step) => Task.WhenAll(Enumerable.Range(0, Partitions).Select(
        partition => topic.ProduceManyAsync(partition, step * RecordsPerStep, RecordsPerStep, padding: 1000)));
}

public sealed class LeadersOnEmbeddedTests : LeaderScenarios, IDisposable
{
    private readonly EmbeddedKafka _cluster = EmbeddedKafka.Start(brokers: 3);

    public void Dispose() => _cluster.Dispose();

    protected override Task<ITestKafka> StartKafkaAsync() => Task.FromResult<ITestKafka>(new EmbeddedTestKafka(_cluster));

    protected override async Task MoveLeadersAsync(string topic, int partitions, int step)
    {
        // The leader of one partition dies, and for a moment nobody knows.
        var dead = 1 + (step % 3);
        _cluster.StopBroker(dead);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
        for (var partition = 0; partition < partitions; partition++)
        {
            _cluster.MoveLeader(topic, partition, 1 + ((partition + step) % 2) + (1 + ((partition + step) % 2) >= dead ? 1 : 0));
        }

        _cluster.StartBroker(dead);
    }
}

public sealed class LeadersOnKafkaTests : LeaderScenarios, IAsyncDisposable
{
    private KafkaCluster? _kafka;

    public async ValueTask DisposeAsync()
    {
        if (_kafka is not null)
        {
            await _kafka.DisposeAsync();
        }
    }

    protected override async Task<ITestKafka> StartKafkaAsync() => _kafka = await KafkaCluster.StartAsync(brokers: 3);

    /// <summary>Kills a broker without a word, and another one when it is back: whatever they lead is led by others meanwhile.</summary>
    protected override async Task MoveLeadersAsync(string topic, int partitions, int step)
    {
        var broker = _kafka!.Brokers[step % 3];
        if (step % 2 == 1)
        {
            await broker.KillAsync();
        }
        else
        {
            await _kafka.Brokers[(step - 1) % 3].StartAsync(TestContext.Current.CancellationToken);
        }
    }
}
