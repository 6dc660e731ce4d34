using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>All of Kafka goes away for a while: streams stay open and beat, and go on soon after it is back.</summary>
public abstract class AllBrokersDownScenarios
{
    private const int Partitions = 2;
    private const int Records = 10;

    private static readonly TimeSpan RecoveryTarget = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public async Task Streams_AllBrokersDown_BeatAndGoOnSoonAfterIt(int seconds)
    {
        Assert.SkipUnless(IsOfTheShortForm(seconds) || Effort.Factor > 1, "another test has an outage like this one; KAFKA_CONSUME_TEST_EFFORT is 1");
        var kafka = await StartKafkaAsync();
        using var topic = await Topic.CreateAsync(kafka, Partitions);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("HeartbeatInterval", "00:00:01"))],
            KafkaConsume = options => options.KafkaTimeout = TimeSpan.FromSeconds(1),
        });
        await using var sse = await LiveReader.StartAsync(gateway.Address, Transport.ServerSentEvents, "/auto?from=earliest");
        await using var socket = await LiveReader.StartAsync(gateway.Address, Transport.WebSocket, "/auto?from=earliest");
        using var plain = PlainConsumer.Start(kafka.BootstrapServers, topic.Name, Partitions);
        await ProduceAsync(topic, first: 0);
        await ShouldHaveReadAsync(Partitions * Records, plain, sse, socket);

        await BeginOutageAsync();
        await using var lateSse = await LiveReader.StartAsync(gateway.Address, Transport.ServerSentEvents, $"/auto?cursor={socket.Cursor}");
        await using var lateSocket = await LiveReader.StartAsync(gateway.Address, Transport.WebSocket, $"/auto?cursor={sse.Cursor}");
        var producing = ProduceAsync(topic, first: Records);
        LiveReader[] readers = [sse, socket, lateSse, lateSocket];
        var beats = sse.Beats + socket.Beats;
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, TestContext.Current.CancellationToken);

        // A heartbeat comes every second or two, and a busy machine may swallow some.
        (sse.Beats + socket.Beats - beats).Should().BeGreaterThanOrEqualTo(seconds / 2);
        await Eventually.UntilAsync(() => lateSse.Beats > 1 && lateSocket.Beats > 1, "streams that are opened meanwhile to beat");
        readers.Should().OnlyContain(reader => !reader.Ended.IsCompleted);

        await EndOutageAsync();
        var ended = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(sse.UntilAsync((Partitions * Records) + 1), socket.UntilAsync((Partitions * Records) + 1));
        await Task.WhenAll(lateSse.UntilAsync(1), lateSocket.UntilAsync(1));
        var took = TimeProvider.System.GetElapsedTime(ended);

        await producing;
        await ShouldHaveReadAsync(2 * Partitions * Records, plain, sse, socket);
        await Task.WhenAll(lateSse.UntilAsync(Partitions * Records), lateSocket.UntilAsync(Partitions * Records));

        // On a machine that is busy with something else a consumer without a gateway takes longer too.
        var most = Math.Max(RecoveryTarget.TotalSeconds, 3 * TimeProvider.System.GetElapsedTime(ended, plain.LastRecord).TotalSeconds);
        took.TotalSeconds.Should().BeLessThan(most);
        var contents = await TopicTraffic.ReadAllAsync(kafka.BootstrapServers, topic.Name, Partitions);
        sse.Log().ShouldBe(topic.Name, contents);
        socket.Log().ShouldBe(topic.Name, contents);
        var produced = contents.Select(records => records.Skip(Records).ToList()).ToList();
        lateSse.Log().ShouldBe(topic.Name, produced);
        lateSocket.Log().ShouldBe(topic.Name, produced);
        readers.Should().OnlyContain(reader => reader.Gaps.Count == 0);
        gateway.Logs.Entries.Should().NotContain(entry => entry.Level >= LogLevel.Error);
    }

    /// <summary>Starts a cluster that is this test's own.</summary>
    protected abstract Task<ITestKafka> StartKafkaAsync();

    protected abstract Task BeginOutageAsync();

    /// <summary>Ends the outage, and returns when Kafka answers.</summary>
    protected abstract Task EndOutageAsync();

    protected abstract bool IsOfTheShortForm(int seconds);

    private static Task ProduceAsync(Topic topic, int first) =>
        Task.WhenAll(Enumerable.Range(0, Partitions).Select(partition => topic.ProduceManyAsync(partition, first, Records)));

    private static async Task ShouldHaveReadAsync(int count, PlainConsumer plain, params LiveReader[] readers)
    {
        await Task.WhenAll(readers.Select(reader => reader.UntilAsync(count)));
        await Eventually.UntilAsync(() => plain.Count >= count, $"{count} records without a gateway");
    }
}

public sealed class AllBrokersDownOnEmbeddedTests : AllBrokersDownScenarios, IDisposable
{
    private readonly EmbeddedKafka _cluster = EmbeddedKafka.Start(brokers: 3);
    private readonly EmbeddedTestKafka _kafka;

    public AllBrokersDownOnEmbeddedTests() => _kafka = new EmbeddedTestKafka(_cluster);

    public void Dispose() => _cluster.Dispose();

    protected override Task<ITestKafka> StartKafkaAsync() => Task.FromResult<ITestKafka>(_kafka);

    protected override Task BeginOutageAsync() => _kafka.StopAsync();

    protected override Task EndOutageAsync() => _kafka.StartAsync();

    protected override bool IsOfTheShortForm(int seconds) => true;
}

public abstract class AllBrokersDownOnKafkaScenarios : AllBrokersDownScenarios, IAsyncDisposable
{
    private KafkaCluster? _kafka;

    protected KafkaCluster Kafka => _kafka!;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_kafka is not null)
        {
            await _kafka.DisposeAsync();
        }
    }

    protected override async Task<ITestKafka> StartKafkaAsync() => _kafka = await KafkaCluster.StartAsync();
}

public sealed class AllBrokersKilledOnKafkaTests : AllBrokersDownOnKafkaScenarios
{
    protected override Task BeginOutageAsync() => Task.WhenAll(Kafka.Brokers.Select(broker => broker.KillAsync()));

    protected override Task EndOutageAsync() => Kafka.StartAsync();

    protected override bool IsOfTheShortForm(int seconds) => seconds == 5;
}

/// <summary>Brokers that hang: connections stay, and nobody answers.</summary>
public sealed class AllBrokersHungOnKafkaTests : AllBrokersDownOnKafkaScenarios
{
    protected override Task BeginOutageAsync() => Task.WhenAll(Kafka.Brokers.Select(broker => broker.PauseAsync()));

    protected override Task EndOutageAsync() => Task.WhenAll(Kafka.Brokers.Select(broker => broker.ResumeAsync()));

    protected override bool IsOfTheShortForm(int seconds) => seconds == 30;
}
