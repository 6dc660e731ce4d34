using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>One client in ten has stopped reading: the others get every record, about as soon as before.</summary>
public abstract class StalledScenarios(Func<Task<ITestKafka>> kafka)
{
    private const int Partitions = 4;
    private const int Readers = 9;
    private const int Stalled = 1;
    private const int Paced = 100;
    private const int Large = 120;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    /// <summary>A latency that a busy machine may show without any fault of the gateway's. Waiting for a stalled client takes a minute.</summary>
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Readers_OneInTenHasStalled_GetEverythingAboutAsSoon()
    {
        using var topic = await Topic.CreateAsync(await kafka(), Partitions);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"))],
            KafkaConsume = options => options.WriteTimeout = TimeSpan.FromMinutes(1),
        });
        var latencies = new ConcurrentQueue<TimeSpan>();
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(number => LiveReader.StartAsync(
            gateway.Address, StreamOf(number), "/auto?from=earliest", record => Measure(record, latencies))));
        var alone = await MeasureAsync(topic, readers, latencies);

        var stalled = await Task.WhenAll(Enumerable.Range(0, Stalled).Select(number =>
            CutConnection.OpenAsync(gateway.Address, StreamOf(number), "/auto?from=earliest", receiveBuffer: 4096)));

        // More than the sockets hold, so that the gateway's writes to the stalled clients are blocked from here on.
        await Task.WhenAll(Enumerable.Range(0, Large).Select(number => topic.ProduceAsync(
            new Message<byte[]?, byte[]?> { Value = [.. Enumerable.Repeat((byte)'s', 150_000)] }, number % Partitions)));
        await Task.WhenAll(readers.Select(reader => reader.UntilAsync(Paced + Large)));
        var beside = await MeasureAsync(topic, readers, latencies);

        beside.Should().BeLessThan(TimeSpan.FromTicks(Math.Max(2 * alone.Ticks, Noise.Ticks)));
        foreach (var reader in readers)
        {
            reader.Count.Should().Be((2 * Paced) + Large);
            await reader.DisposeAsync();
        }

        Array.ForEach(stalled, connection => connection.Reset());
    }

    private static Transport StreamOf(int number) => number % 2 == 0 ? Transport.ServerSentEvents : Transport.WebSocket;

    private static void Measure(JsonNode record, ConcurrentQueue<TimeSpan> latencies)
    {
        if ((string?)record["key"] is { } produced)
        {
            latencies.Enqueue(TimeProvider.System.GetElapsedTime(long.Parse(produced, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Produces one record after another, and gives the latency that one delivery in a hundred exceeds.</summary>
    private static async Task<TimeSpan> MeasureAsync(Topic topic, LiveReader[] readers, ConcurrentQueue<TimeSpan> latencies)
    {
        var before = readers[0].Count;
        for (var number = 0; number < Paced; number++)
        {
            var now = TimeProvider.System.GetTimestamp().ToString(CultureInfo.InvariantCulture);
            await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = Encoding.ASCII.GetBytes(now) }, number % Partitions);
            await Task.Delay(Pace, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(readers.Select(reader => reader.UntilAsync(before + Paced)));
        var sorted = latencies.Order().ToList();
        sorted.Should().HaveCount(Readers * Paced);
        latencies.Clear();
        return sorted[sorted.Count * 99 / 100];
    }
}

public sealed class StalledOnEmbeddedTests(EmbeddedKafkaFixture embedded) : StalledScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class StalledOnKafkaTests(RealKafkaFixture kafka) : StalledScenarios(kafka.GetAsync);
