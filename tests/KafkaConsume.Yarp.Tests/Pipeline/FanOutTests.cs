using System.Text;
using Confluent.Kafka;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.AspNetCore.Builder;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What many clients cost, and what they leave behind.</summary>
public sealed class FanOutTests : IDisposable
{
    private readonly EmbeddedKafka _cluster = EmbeddedKafka.Start();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task ManyClients_OfOneRoute_ShareOneConsumer()
    {
        _cluster.StartRequestTracking();
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster), partitions: 2);
        await using var gateway = await StartAsync(topic.Name);
        await using var first = await SseClient.ConnectAsync(gateway.Client, "/auto");
        await topic.ProduceAsync(0, "warm");
        await first.TakeAsync(1);
        var connections = Connections();

        var streams = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => SseClient.ConnectAsync(gateway.Client, "/auto")));
        var sockets = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => WebSocketClient.ConnectAsync(gateway, "/auto")));
        await topic.ProduceManyAsync(1, 0, 100);
        var expected = Enumerable.Range(0, 100).Select(number => $"v{number}").ToList();

        foreach (var values in await Task.WhenAll([
            .. streams.Select(client => client.TakeValuesAsync(100)), .. sockets.Select(client => client.TakeValuesAsync(100))]))
        {
            values.Should().Equal(expected);
        }

        Connections().Should().BeLessThan(connections + 10, "each client's consumer would have made some");
        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }

        Array.ForEach(sockets, socket => socket.Dispose());
    }

    [Fact]
    public async Task Consumer_WithoutClients_IsClosedAfterTheIdleTimeoutAndNotBefore()
    {
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster));
        await using var gateway = await StartAsync(topic.Name);
        _cluster.StartRequestTracking();
        using (var client = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest"))
        {
            // Silence for longer than the idle timeout does not make a client less of one.
            await client.NextAsync();
            await client.NextAsync();
            await client.NextAsync();
            await topic.ProduceAsync(0, "one");
            (await client.TakeValuesAsync(1)).Should().Equal("one");
        }

        await EventuallyQuietAsync();
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=earliest", 1)).Should().Equal("one");
    }

    [Fact]
    public async Task ConnectsAndDisconnects_Many_LeaveNothingBehind()
    {
        _cluster.StartRequestTracking();
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster));
        await topic.ProduceManyAsync(0, 0, 3);
        var open = new OpenRequests();
        await using var gateway = await Gateway.StartAsync(Options(topic.Name) with
        {
            Pipeline = open.Watch,
        });
        await using (var client = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest"))
        {
            await client.TakeAsync(3);
        }

        var connections = Connections();
        for (var round = 0; round < 10; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
            {
                if (number % 2 == 0)
                {
                    await using var client = await SseClient.ConnectAsync(gateway.Client, "/auto");
                    _ = number % 4 == 0 ? await client.AwaitFirstIdAsync() : null;
                }
                else
                {
                    using var client = await WebSocketClient.ConnectAsync(gateway, "/auto");
                    _ = number % 3 == 0 ? await client.NextAsync() : null;
                }
            }));
        }

        await Eventually.UntilAsync(() => open.Count == 0, "all requests to end");
        Connections().Should().BeLessThan(connections + 20, "each client's consumer would have made some");
        await EventuallyQuietAsync();
        gateway.Logs.Entries.Should().NotContain(entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task SlowReader_IsCutAfterTheWriteTimeoutAndTheOthersGoOn()
    {
        const int records = 120;
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster), partitions: 4);
        var cut = new TaskCompletionSource();
        await using var gateway = await Gateway.StartAsync(Options(topic.Name) with
        {
            KafkaConsume = options => options.WriteTimeout = TimeSpan.FromSeconds(1),
            Pipeline = app => app.Use(async (context, next) =>
            {
                await next();
                if (context.Request.Query.ContainsKey("slow"))
                {
                    cut.TrySetResult();
                }
            }),
        });
        using var slow = await RawConnection.GetAsync(gateway, "/auto?slow", receiveBuffer: 4096, "Accept: text/event-stream");
        await slow.ReadUntilAsync("\nid: ");
        using var fast = await WebSocketClient.ConnectAsync(gateway, "/auto");
        await fast.NextAsync();

        // More than the sockets hold.
        var value = Encoding.ASCII.GetBytes(new string('s', 150_000));
        var producing = Enumerable.Range(0, records).Select(number =>
            topic.ProduceAsync(new Message<byte[]?, byte[]?> { Value = value }, number % 4));
        await Task.WhenAll(producing);

        (await fast.TakeRecordsAsync(records)).Should().HaveCount(records);
        await cut.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        await topic.ProduceAsync(0, "after");
        (await fast.TakeValuesAsync(1)).Should().Equal("after");
        await slow.ReadToEndAsync();
        slow.Received.Should().NotContain("after").And.NotEndWith("0\r\n\r\n");
    }

    [Fact]
    public async Task SlowReader_ThatIsBehind_KeepsNoConsumerFromTheOthers()
    {
        const int records = 120;
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster), partitions: 4);
        var value = Encoding.ASCII.GetBytes(new string('s', 150_000));
        await Task.WhenAll(Enumerable.Range(0, records).Select(number =>
            topic.ProduceAsync(new Message<byte[]?, byte[]?> { Value = value }, number % 4)));
        await using var gateway = await Gateway.StartAsync(Options(topic.Name) with
        {
            KafkaConsume = options =>
            {
                options.CatchUpConsumers = 1;
                options.WriteTimeout = TimeSpan.FromMinutes(5);
            },
        });
        using var slow = await RawConnection.GetAsync(gateway, "/auto?from=earliest", receiveBuffer: 4096, "Accept: text/event-stream");
        await slow.ReadUntilAsync("\ndata: ");

        await using var fast = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");

        (await fast.TakeAsync(records)).Should().HaveCount(records);
    }

    private GatewayOptions Options(string topic) => new()
    {
        BootstrapServers = _cluster.BootstrapServers,
        Routes = [Gateway.Route("auto", "/auto", topic, ("Mode", "auto"), ("HeartbeatInterval", "00:00:01"))],
        KafkaConsume = options => options.ConsumerIdleTimeout = TimeSpan.FromSeconds(1),
    };

    private Task<Gateway> StartAsync(string topic) => Gateway.StartAsync(Options(topic));

    private int Connections() => _cluster.GetRequests().Count(request => request.Api == KafkaApi.ApiVersions);

    /// <summary>Waits until nobody fetches any more. A consumer that is alive does so every ten milliseconds.</summary>
    private Task EventuallyQuietAsync() => Eventually.UntilAsync(
        async () =>
        {
            _cluster.ClearRequests();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            return !_cluster.GetRequests().Any(request => request.Api == KafkaApi.Fetch);
        },
        "the consumer to be closed");
}
