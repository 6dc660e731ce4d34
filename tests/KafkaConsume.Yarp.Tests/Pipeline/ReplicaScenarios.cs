using System.Net;
using System.Net.WebSockets;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Leasing;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Two replicas of a gateway in one group, whatever the cluster.</summary>
public abstract class ReplicaScenarios
{
    private const string Cookie = "orders_owner";

    protected abstract Task<ITestKafka> KafkaAsync();

    [Fact]
    public async Task Ack_AtTheOtherReplica_IsNotOwnerAndMovesNothing()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 2);
        await using var one = await StartAsync(topic, "gateway-1", ("AckTimeout", "00:00:05"));
        await using var two = await StartAsync(topic, "gateway-2", ("AckTimeout", "00:00:05"));
        await ShareAsync(topic, one, two);
        var (here, there) = (new AckClient(one), new AckClient(two));
        var batch = await here.TakeAsync();
        batch.Records.Should().NotBeEmpty();
        var (partition, offset) = ((int)batch.Records[0]["partition"]!, batch.Offsets[0]);
        var before = Committed(topic);

        foreach (var message in (string[])
                 [
                     $$"""{"batch":"{{batch.Id}}"}""",
                     $$"""{"type":"nack","batch":"{{batch.Id}}"}""",
                     $$"""{"type":"ack","records":[{"topic":"{{topic.Name}}","partition":{{partition}},"offset":{{offset}}}]}""",
                     $$"""{"type":"ack","topic":"{{topic.Name}}","partition":{{partition}},"through":{{offset}}}""",
                     $$"""{"type":"commit","offsets":[{"topic":"{{topic.Name}}","partition":{{partition}},"nextOffset":{{offset + 1}}}]}""",
                 ])
        {
            using var refused = await there.PostAsync(message);
            await Problem.ReadAsync(refused, HttpStatusCode.Conflict, "not-owner");
        }

        using var byGet = await there.AskAsync(ack: batch.Id);
        await Problem.ReadAsync(byGet, HttpStatusCode.Conflict, "not-owner");
        Committed(topic).Should().Equal(before);
        var again = await here.TakeAsync();
        while (!again.Records.Any(record => (int)record["partition"]! == partition && (long)record["offset"]! == offset && (int)record["attempt"]! == 2))
        {
            again.Records.Should().NotBeEmpty("its time is up, whatever the other replica was told");
            again = await here.TakeAsync();
        }

        (await here.AckAsync(again)).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Ack_TheClientNamesTheOwner_IsStaleThereAndNotOwnerElsewhere()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await StartAsync(topic, "gateway-1");
        var client = new AckClient(gateway);
        using (var answer = await client.AskAsync())
        {
            answer.Headers.GetValues("KafkaConsume-Owner").Should().Equal("gateway-1");
            answer.Headers.GetValues("Set-Cookie").Should().Equal($"{Cookie}=gateway-1; path=/get; samesite=lax; httponly");
        }

        using var bare = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = gateway.Address };
        const string unknown = """{"batch":"AAAAAAAAAAAAAAAAAAAAAA"}""";
        foreach (var (name, value, problem) in ((string, string, string)[])
                 [
                     ("KafkaConsume-Owner", "gateway-1", "stale-ack"),
                     ("KafkaConsume-Owner", "gateway-2", "not-owner"),
                     ("Cookie", $"{Cookie}=gateway-1", "stale-ack"),
                     ("Cookie", $"{Cookie}=gateway-2", "not-owner"),
                     ("Cookie", "other=gateway-2", "stale-ack"),
                 ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, AckClient.Path) { Content = new StringContent(unknown, null, "application/json") };
            request.Headers.Add(name, value);
            using var refused = await bare.SendAsync(request, TestContext.Current.CancellationToken);
            await Problem.ReadAsync(refused, HttpStatusCode.Conflict, problem);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Proxy_GoesByTheOwner_EveryAckFindsItsReplica(bool byCookie)
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 2);
        await using var one = await StartAsync(topic, "gateway-1");
        await using var two = await StartAsync(topic, "gateway-2");
        await ShareAsync(topic, one, two);
        await using var proxy = await OwnerProxy.StartAsync(Cookie, ("gateway-1", one.Address), ("gateway-2", two.Address));
        await ReadThroughAsync(topic, proxy.CreateClient, byCookie);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nginx_AsTheDocumentationSays_EveryAckFindsItsReplica(bool byCookie)
    {
        Assert.SkipUnless(NginxProxy.IsInstalled, "nginx is not installed (nginx-light)");
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 2);
        await using var one = await StartAsync(topic, "gateway-1", ("Mode", "auto"));
        await using var two = await StartAsync(topic, "gateway-2", ("Mode", "auto"));
        await ShareAsync(topic, one, two);
        await using var proxy = await NginxProxy.StartAsync(AckClient.Path, byCookie, one.Address, two.Address);
        await ReadThroughAsync(topic, CreateClient, byCookie);

        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", proxy.Address.GetLeftPart(UriPartial.Authority));
        Name(socket.Options.SetRequestHeader, "gateway-1");
        await socket.ConnectAsync(new UriBuilder(proxy.Address) { Scheme = "ws", Path = AckClient.Path }.Uri, TestContext.Current.CancellationToken);
        var frame = new byte[1024];
        var hello = await socket.ReceiveAsync(frame, TestContext.Current.CancellationToken);
        System.Text.Encoding.UTF8.GetString(frame, 0, hello.Count).Should().StartWith("""{"type":"hello","delivery":"group",""");

        // Whoever names a replica that is gone gets another one.
        await one.StopAsync();
        using var client = CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{AckClient.Path}?wait=0");
        Name(request.Headers.Add, "gateway-1");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        HttpClient CreateClient() => new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = proxy.Address };

        void Name(Action<string, string> add, string owner) =>
            add(byCookie ? "Cookie" : "KafkaConsume-Owner", byCookie ? $"{Cookie}={owner}" : owner);
    }

    private static async Task ReadThroughAsync(Topic topic, Func<HttpClient> createClient, bool byCookie)
    {
        for (var partition = 0; partition < 2; partition++)
        {
            await topic.ProduceManyAsync(partition, 100 + (partition * 100), 100);
        }

        var seen = new List<string>();
        var owners = new HashSet<string>(StringComparer.Ordinal);
        var clock = TimeProvider.System.GetTimestamp();
        while (seen.Count < 200)
        {
            TimeProvider.System.GetElapsedTime(clock).Should().BeLessThan(TimeSpan.FromSeconds(60), "{0} of 200 records have come", seen.Count);
            using var client = createClient();
            using var answer = await client.GetAsync("/get?max=10&wait=0.2", TestContext.Current.CancellationToken);
            var records = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray();
            if (records.Count == 0)
            {
                continue;
            }

            var owner = answer.Headers.GetValues("KafkaConsume-Owner").Single();
            using var ack = new HttpRequestMessage(HttpMethod.Post, "/get")
            {
                Content = new StringContent($$"""{"batch":"{{answer.Headers.GetValues("KafkaConsume-Batch").Single()}}"}""", null, "application/json"),
            };
            ack.Headers.Add(byCookie ? "Cookie" : "KafkaConsume-Owner", byCookie ? $"{Cookie}={owner}" : owner);
            using var acked = await client.SendAsync(ack, TestContext.Current.CancellationToken);
            acked.StatusCode.Should().Be(HttpStatusCode.OK, await acked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            owners.Add(owner);
            seen.AddRange(records.Select(record => (string)record!["value"]!).Where(value => value[0] == 'v'));
        }

        owners.Should().BeEquivalentTo(["gateway-1", "gateway-2"]);
        seen.Should().OnlyHaveUniqueItems();
        await Eventually.UntilAsync(
            () => Committed(topic).Sum() == Enumerable.Range(0, 2).Sum(partition => TopicTraffic.Watermarks(topic.Kafka.BootstrapServers, topic.Name, partition).High),
            "all is committed");
    }

    private static Task<Gateway> StartAsync(Topic topic, string name, params (string, string)[] settings) => Gateway.StartAsync(new GatewayOptions
    {
        BootstrapServers = topic.Kafka.BootstrapServers,
        Routes = [AckClient.Route(topic, settings)],
        Configuration = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["KafkaConsume:InstanceName"] = name,
            ["KafkaConsume:OwnerCookie"] = Cookie,
        },
    });

    /// <summary>Makes both replicas members of the group, each with a partition in which there is a record.</summary>
    private static async Task ShareAsync(Topic topic, Gateway one, Gateway two)
    {
        AckClient[] clients = [new(one), new(two)];
        await Eventually.UntilAsync(
            async () =>
            {
                await ProduceAsync("early");
                var batches = await Task.WhenAll(clients.Select(client => client.TakeAsync(wait: 1)));
                foreach (var (client, batch) in clients.Zip(batches).Where(pair => pair.Second.Records.Count > 0))
                {
                    (await client.PostAsync($$"""{"batch":"{{batch.Id}}"}""")).Dispose();
                }

                return batches.All(batch => batch.Records.Select(record => (int)record["partition"]!).Distinct().Count() == 1);
            },
            "each replica has a partition");
        await ProduceAsync("last");

        async Task ProduceAsync(string value)
        {
            await topic.ProduceAsync(0, value);
            await topic.ProduceAsync(1, value);
        }
    }

    private static long[] Committed(Topic topic) => GroupClients.Committed(topic.Kafka.BootstrapServers, topic.Name, 2, topic.Name);
}
