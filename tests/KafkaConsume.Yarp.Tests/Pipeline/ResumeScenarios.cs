using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Clients that come back with a cursor go on exactly behind it.</summary>
public abstract class ResumeScenarios(Func<Task<ITestKafka>> kafka)
{
    [Fact]
    public async Task LastEventId_ClientCutAgainAndAgain_GoesOnExactlyBehindIt()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 3);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse")));
        for (var partition = 0; partition < 3; partition++)
        {
            await topic.ProduceManyAsync(partition, 0, 10);
        }

        var log = new ReadLog();
        string? id = null;
        while (log.Count < 30)
        {
            await using var client = await SseClient.ConnectAsync(gateway.Client, "/sse?from=earliest", id);
            foreach (var record in await client.TakeRecordsAsync(Math.Min(7, 30 - log.Count)))
            {
                log.Add(record);
            }

            id = client.LastEventId;
        }

        log.ShouldBeAllOf(topic.Name, partitions: 3, recordsPerPartition: 10);
    }

    [Fact]
    public async Task Cursor_FromOneTransport_IsGoodForTheOthers()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")));
        await topic.ProduceManyAsync(0, 0, 12);

        string cursor;
        await using (var client = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest"))
        {
            (await client.TakeValuesAsync(3)).Should().Equal("v0", "v1", "v2");
            cursor = client.LastEventId;
        }

        var values = new List<string?>();
        while (values.Count < 3)
        {
            var page = await Page.GetAsync(gateway.Client, $"/auto?cursor={cursor}&max={3 - values.Count}");
            values.AddRange(page.Values);
            cursor = page.Cursor;
        }

        values.Should().Equal("v3", "v4", "v5");
        using (var client = await WebSocketClient.ConnectAsync(gateway, $"/auto?cursor={cursor}"))
        {
            (await client.TakeValuesAsync(3)).Should().Equal("v6", "v7", "v8");
            cursor = client.Cursor!;
        }

        await using var byQuery = await SseClient.ConnectAsync(gateway.Client, $"/auto?cursor={cursor}");
        await using var byHeader = await SseClient.ConnectAsync(gateway.Client, "/auto", cursor);
        (await byQuery.TakeValuesAsync(3)).Should().Equal("v9", "v10", "v11");
        (await byHeader.TakeValuesAsync(3)).Should().Equal("v9", "v10", "v11");
    }

    [Fact]
    public async Task LastEventId_BesideFromAndCursor_Wins()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse")));
        await topic.ProduceManyAsync(0, 0, 4);
        await using var first = await SseClient.ConnectAsync(gateway.Client, "/sse?from=earliest");
        await first.TakeAsync(1);
        var old = first.LastEventId;
        await first.TakeAsync(1);

        // A browser connects again with its first address, and the header is newer.
        await using var behindCursor = await SseClient.ConnectAsync(gateway.Client, $"/sse?cursor={old}", first.LastEventId);
        await using var behindFrom = await SseClient.ConnectAsync(gateway.Client, "/sse?from=earliest", first.LastEventId);

        (await behindCursor.TakeValuesAsync(2)).Should().Equal("v2", "v3");
        (await behindFrom.TakeValuesAsync(2)).Should().Equal("v2", "v3");
    }

    [Fact]
    public async Task LastEventId_BeforeTheFirstRecord_LosesNothing()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 2);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse")));
        await topic.ProduceAsync(1, "old");
        string id;
        await using (var client = await SseClient.ConnectAsync(gateway.Client, "/sse"))
        {
            _ = await client.AwaitFirstIdAsync();
            id = client.LastEventId;
        }

        await topic.ProduceAsync(0, "while away");
        await using var again = await SseClient.ConnectAsync(gateway.Client, "/sse", id);

        (await again.TakeValuesAsync(1)).Should().Equal("while away");
    }

    [Fact]
    public async Task Cursor_AcrossARestartOfTheGateway_GoesOnExactlyBehindIt()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 2);
        var route = Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"));
        await topic.ProduceManyAsync(0, 0, 20);
        await topic.ProduceManyAsync(1, 0, 20);
        var log = new ReadLog();
        string cursor;
        await using (var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, route))
        {
            await using var client = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
            (await client.TakeRecordsAsync(15)).ForEach(log.Add);
            cursor = client.LastEventId;
            await gateway.StopAsync();
        }

        await topic.ProduceManyAsync(0, 20, 10);
        await topic.ProduceManyAsync(1, 20, 10);
        await using var next = await Gateway.StartAsync(topic.Kafka.BootstrapServers, route);
        await using (var client = await SseClient.ConnectAsync(next.Client, "/auto", cursor))
        {
            (await client.TakeRecordsAsync(15)).ForEach(log.Add);
            cursor = client.LastEventId;
        }

        foreach (var record in await Page.GetManyAsync(next.Client, $"/auto?cursor={cursor}", 60 - log.Count))
        {
            log.Add(record!);
        }

        log.ShouldBeAllOf(topic.Name, partitions: 2, recordsPerPartition: 30);
    }

    [Fact]
    public async Task Cursor_ManyClientsCutAtRandomWhileRecordsAreProduced_EachReadsTheTopicExactly()
    {
        const int partitions = 3;
        const int count = 300;
        using var topic = await Topic.CreateAsync(await kafka(), partitions);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"))],

            // The smallest tail there is, so that clients fall off it, catch up from Kafka and come back again and again.
            KafkaConsume = options => options.Tail.MaxBytes = 64 * 1024,
        });
        var clients = Enumerable.Range(0, 20)
            .Select(seed => Task.Run(() => ReadWithCutsAsync(gateway, new Random(seed), partitions * count)))
            .ToArray();

        var producing = Enumerable.Range(0, partitions).Select(async partition =>
        {
            for (var first = 0; first < count; first += 20)
            {
                await topic.ProduceManyAsync(partition, first, 20, padding: 1000);
            }
        });

        await Task.WhenAll(producing);
        foreach (var log in await Task.WhenAll(clients))
        {
            log.ShouldBeAllOf(topic.Name, partitions, count);
        }
    }

    [Fact]
    public async Task Cursor_OfManyPartitions_ComesWithEachBatchAndLosesNothing()
    {
        const int partitions = 40;
        using var topic = await Topic.CreateAsync(await kafka(), partitions);
        await using var gateway = await Gateway.StartAsync(
            topic.Kafka.BootstrapServers, Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto")));
        await using var live = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        using var liveSocket = await WebSocketClient.ConnectAsync(gateway, "/auto?from=earliest");
        for (var partition = 0; partition < partitions; partition++)
        {
            await topic.ProduceManyAsync(partition, 0, 5);
        }

        foreach (var records in new[] { await live.TakeRecordsAsync(partitions * 5), [.. await liveSocket.TakeRecordsAsync(partitions * 5)] })
        {
            var log = new ReadLog();
            records.ForEach(log.Add);
            log.ShouldBeAllOf(topic.Name, partitions, recordsPerPartition: 5);
        }

        // Cut in the middle of a batch: what follows the last id may come again, nothing may be missing.
        await using var first = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        var seen = (await first.TakeRecordsAsync(100)).Select(Place).ToHashSet();
        await using var second = await SseClient.ConnectAsync(gateway.Client, "/auto", first.LastEventId);
        while (seen.Count < partitions * 5)
        {
            seen.UnionWith((await second.TakeRecordsAsync(1)).Select(Place));
        }

        // The id behind the last batch is exact, on each transport.
        var next = second.NextAsync();
        var after = await NextIdAsync(gateway, second);
        await topic.ProduceAsync(17, "last");
        ((string?)JsonNode.Parse((await next)!.Value.Data)!["value"]).Should().Be("last");
        await using var sse = await SseClient.ConnectAsync(gateway.Client, "/auto", after);
        using var socket = await WebSocketClient.ConnectAsync(gateway, $"/auto?cursor={after}");
        (await sse.TakeValuesAsync(1)).Should().Equal("last");
        (await socket.TakeValuesAsync(1)).Should().Equal("last");
        (await Page.GetValuesAsync(gateway.Client, $"/auto?cursor={after}", 1)).Should().Equal("last");

        var batch = await Page.GetManyAsync(gateway.Client, "/auto?from=earliest&max=70", (partitions * 5) + 1);
        batch.Select(record => Place(record!)).Should().OnlyHaveUniqueItems().And.HaveCount((partitions * 5) + 1);
    }

    /// <summary>Waits for the id that says that a client has read everything.</summary>
    private static async Task<string> NextIdAsync(Gateway gateway, SseClient client)
    {
        await Eventually.UntilAsync(
            async () => client.LastEventId.Length > 0
                && (await Page.GetAsync(gateway.Client, $"/auto?cursor={client.LastEventId}&wait=0")).Records.Count == 0,
            "the id behind the last record");
        return client.LastEventId;
    }

    private static (int Partition, long Offset) Place(JsonNode record) => ((int)record["partition"]!, (long)record["offset"]!);

    private static async Task<ReadLog> ReadWithCutsAsync(Gateway gateway, Random random, int count)
    {
        var log = new ReadLog();
        string? cursor = null;
        while (log.Count < count)
        {
            var most = Math.Min(random.Next(1, 120), count - log.Count);
            var start = cursor is null ? "from=earliest" : $"cursor={cursor}";
            switch (random.Next(3))
            {
                case 0:
                    await using (var client = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest", cursor))
                    {
                        (await client.TakeRecordsAsync(most)).ForEach(log.Add);
                        cursor = client.LastEventId;
                    }

                    break;
                case 1:
                    using (var client = await WebSocketClient.ConnectAsync(gateway, $"/auto?{start}"))
                    {
                        (await client.TakeRecordsAsync(most)).ForEach(log.Add);
                        cursor = client.Cursor;
                    }

                    break;
                default:
                    var page = await Page.GetAsync(gateway.Client, $"/auto?{start}&max={most}");
                    page.Records.ToList().ForEach(record => log.Add(record!));
                    cursor = page.Cursor;
                    break;
            }
        }

        return log;
    }
}

public sealed class ResumeOnEmbeddedTests(EmbeddedKafkaFixture embedded) : ResumeScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class ResumeOnKafkaTests(RealKafkaFixture kafka) : ResumeScenarios(kafka.GetAsync);
