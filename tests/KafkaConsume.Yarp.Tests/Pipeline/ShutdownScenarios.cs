using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Leasing;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What a gateway with many streams of a group does when it is told to stop, whatever the cluster.</summary>
public abstract class ShutdownScenarios
{
    private const int Streams = 500;
    private const int Partitions = 4;
    private const int MaxInFlight = 2;

    private readonly ConcurrentDictionary<(int Partition, long Offset), bool> _given = new();
    private readonly ConcurrentDictionary<(int Partition, long Offset), bool> _acknowledged = new();
    private int _open;
    private int _kept;
    private volatile Task _mayAcknowledge = Task.CompletedTask;

    protected abstract Task<ITestKafka> KafkaAsync();

    [Theory]
    [InlineData(0, 20)]
    [InlineData(20, 8)]
    public async Task Stop_ManyStreamsAtWork_CommitsWhatTheyAcknowledgedSaysGoodbyeAndLeaves(int silent, int shutdownTimeout)
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), Partitions);
        await using var gateway = await AckClient.StartGatewayAsync(
            topic,
            options => options.ShutdownTimeout = TimeSpan.FromSeconds(shutdownTimeout),
            ("Mode", "auto"),
            ("ConsumerGroup.Distribution", "record"),
            ("AckTimeout", "01:00:00"),
            ("MaxInFlight", $"{MaxInFlight}"));
        Task[] clients = [.. Enumerable.Range(0, Streams).Select(number => number % 2 == 0
            ? ReadSocketAsync(gateway, isSilent: number < silent)
            : ReadEventsAsync(gateway, isSilent: number < silent))];
        await UntilAsync(clients, () => Volatile.Read(ref _open) == Streams, "all are there");
        using (var stopped = new CancellationTokenSource())
        {
            var producing = ProduceAsync(topic, stopped.Token);
            try
            {
                await StopAsync(gateway, [.. clients, producing], silent, shutdownTimeout);
            }
            finally
            {
                await stopped.CancelAsync();
                await producing;
            }
        }

        long[] expected = [.. Enumerable.Range(0, Partitions).Select(FirstNotAcknowledged)];
        GroupClients.Committed(topic.Kafka.BootstrapServers, topic.Name, Partitions, topic.Name).Should().Equal(expected);
        (_given.Count - _acknowledged.Count).Should().Be(MaxInFlight * silent, "nobody else has gone with a record");
        await CheckThatTheGroupIsFreeAsync(topic, expected);
    }

    private async Task StopAsync(Gateway gateway, Task[] tasks, int silent, int shutdownTimeout)
    {
        await UntilAsync(
            tasks,
            () => Volatile.Read(ref _kept) == MaxInFlight * silent && _acknowledged.Count >= 4 * Streams,
            "all of them work, and who is silent has all that it may");

        // From here on everybody sits on a record until the gateway has begun to stop.
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mayAcknowledge = stopping.Task;
        await UntilAsync(tasks, () => _given.Count - _acknowledged.Count >= Streams + ((MaxInFlight - 1) * silent), "all of them have a record");

        var clock = Stopwatch.StartNew();
        var stop = gateway.StopAsync();
        stopping.SetResult();
        await stop;
        TestContext.Current.TestOutputHelper?.WriteLine($"{silent} of {Streams} silent: stopped within {clock.Elapsed.TotalSeconds:0.00} s");
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(shutdownTimeout + 10));
        await Task.WhenAll(tasks.SkipLast(1)).WaitAsync(Eventually.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>A member that has not left would keep its partitions for a session timeout, which real brokers take for 45 seconds.</summary>
    private static async Task CheckThatTheGroupIsFreeAsync(Topic topic, long[] expected)
    {
        await using var next = await AckClient.StartGatewayAsync(topic, ("Mode", "auto"), ("MaxInFlight", "10000"));
        using var client = await WorkSocket.ConnectAsync(next);
        for (var partition = 0; partition < Partitions; partition++)
        {
            await topic.ProduceAsync(partition, "last");
        }

        var first = new Dictionary<int, long>();
        for (var last = 0; last < Partitions;)
        {
            var record = (await client.TakeAsync(1))[0];
            first.TryAdd((int)record["partition"]!, (long)record["offset"]!);
            last += (string?)record["value"] == "last" ? 1 : 0;
            await client.AckAsync(record);
        }

        first.OrderBy(entry => entry.Key).Select(entry => entry.Value).Should().Equal(expected);
    }

    private static async Task ProduceAsync(Topic topic, CancellationToken stopped)
    {
        for (var first = 0; !stopped.IsCancellationRequested; first += 50)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                await topic.ProduceManyAsync(partition, first, 50);
            }

            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stopped));
        }
    }

    /// <summary>Waits for a condition, and no longer than until a client has failed.</summary>
    private static Task UntilAsync(Task[] tasks, Func<bool> condition, string what) => Eventually.UntilAsync(
        async () =>
        {
            if (Array.Find(tasks, task => task.IsFaulted) is { } failed)
            {
                await failed;
            }

            return condition();
        },
        what);

    private async Task ReadSocketAsync(Gateway gateway, bool isSilent)
    {
        using var socket = await WorkSocket.ConnectAsync(gateway);
        Interlocked.Increment(ref _open);
        while (await socket.NextAsync() is { } frame)
        {
            ((string?)frame["type"]).Should().Be("record", frame.ToJsonString());
            _given[IdOf(frame)] = true;
            if (isSilent)
            {
                Interlocked.Increment(ref _kept);
            }
            else
            {
                await _mayAcknowledge;
                await socket.AckAsync(frame);
                _acknowledged[IdOf(frame)] = true;
            }
        }

        socket.Client.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.EndpointUnavailable);
    }

    private async Task ReadEventsAsync(Gateway gateway, bool isSilent)
    {
        // A stream that is cut off, and not ended, throws.
        await using var events = await SseClient.ConnectAsync(gateway.Client, AckClient.Path);
        var client = new AckClient(gateway);
        Interlocked.Increment(ref _open);
        while (await events.NextAsync() is { } item)
        {
            var record = JsonNode.Parse(item.Data)!;
            _given[IdOf(record)] = true;
            if (isSilent)
            {
                Interlocked.Increment(ref _kept);
            }
            else
            {
                await _mayAcknowledge;
                using var answer = await client.PostAsync($$"""{"type":"ack",{{WorkSocket.Records(record)}}}""");
                answer.StatusCode.Should().Be(HttpStatusCode.OK);
                _acknowledged[IdOf(record)] = true;
            }
        }
    }

    private static (int Partition, long Offset) IdOf(JsonNode record) => ((int)record["partition"]!, (long)record["offset"]!);

    private long FirstNotAcknowledged(int partition)
    {
        var offset = 0L;
        while (_acknowledged.ContainsKey((partition, offset)))
        {
            offset++;
        }

        return offset;
    }
}
