using System.Text;
using Confluent.Kafka;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Documentation;

/// <summary>A gateway on a cluster of its own with a topic "orders", whose records and answers are the same in every run.</summary>
internal sealed class OrdersGateway : IAsyncDisposable
{
    private const long Timestamp = 1_795_334_400_123; // 2026-11-22T08:00:00.123Z
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private OrdersGateway(EmbeddedKafka kafka, Gateway gateway)
    {
        Kafka = kafka;
        Gateway = gateway;
    }

    public EmbeddedKafka Kafka { get; }

    public Gateway Gateway { get; }

    public static async Task<OrdersGateway> StartAsync(TimeSpan kafkaTimeout, params string[] orders)
    {
        var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("orders");
        await ProduceAsync(kafka, orders);
        var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = kafka.BootstrapServers,
            KafkaConsume = options =>
            {
                options.KafkaTimeout = kafkaTimeout;
                options.InstanceName = "gateway-1";
            },
            Routes =
            [
                Gateway.Route("orders", "/orders", "orders", ("Mode", "auto"), ("MessageDeserializer", "json")),
                Gateway.Route("beating", "/beating", "orders", ("Mode", "auto"), ("HeartbeatInterval", "00:00:01")),
                Gateway.Route("websocket", "/websocket", "orders", ("Mode", "websocket")),
                Gateway.Route("sse", "/sse", "orders", ("Mode", "sse")),
                Gateway.Route("missing", "/missing", "missing", ("Mode", "auto")),
                Gateway.Route(
                    "work", "/work", "orders", ("MessageDeserializer", "json"), ("AutoOffsetReset", "earliest"), ("CommitStrategy", "client-acks")),
                Gateway.Route(
                    "workers",
                    "/workers",
                    "orders",
                    ("Mode", "auto"),
                    ("ConsumerGroup.Mode", "random"),
                    ("MessageDeserializer", "json"),
                    ("AutoOffsetReset", "earliest"),
                    ("CommitStrategy", "client-acks"),
                    ("AckReplies", "true")),
                Gateway.Route("shared", "/shared", "orders", ("MessageDeserializer", "json"), ("AutoOffsetReset", "earliest")),
            ],
        });
        return new OrdersGateway(kafka, gateway);
    }

    /// <summary>Gets a cursor behind the first record.</summary>
    public async Task<string> CursorBehindFirstAsync()
    {
        using var response = await Gateway.Client.GetAsync("/orders?from=earliest&max=1", TestContext.Current.CancellationToken);
        return response.Headers.GetValues("KafkaConsume-Cursor").Single();
    }

    /// <summary>Posts JSON and gives the answer as text.</summary>
    public async Task<string> SayAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Gateway.Client.PostAsync(path, content, TestContext.Current.CancellationToken);
        return Answer.Render(response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Sends a request and gives its answer as text.</summary>
    public async Task<string> AskAsync(string path, string method = "GET", params (string Name, string Value)[] headers)
    {
        using var request = Request(path, method, headers);
        using var response = await Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return Answer.Render(response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Opens an event stream, calls back, and gives the answer up to and including some blank lines.</summary>
    public async Task<string> StreamAsync(string path, int blankLines, Action? opened = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        using var request = Request(path, "GET", ("Accept", "text/event-stream"));
        using var response = await Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(deadline.Token));
        opened?.Invoke();
        var body = new StringBuilder();
        while (blankLines > 0 && await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            body.Append(line).Append('\n');
            blankLines -= line.Length == 0 ? 1 : 0;
        }

        return Answer.Render(response, body.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Kafka.DisposeAsync();
    }

    private static HttpRequestMessage Request(string path, string method, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }

    private static async Task ProduceAsync(EmbeddedKafka kafka, string[] orders)
    {
        // One batch for Kafka, so that whoever gets the first record has the others too.
        using var producer = new ProducerBuilder<string, string>(
            new ProducerConfig { BootstrapServers = kafka.BootstrapServers, LingerMs = 60_000 }).Build();
        var produced = orders.Select(order => producer.ProduceAsync("orders", new Message<string, string>
        {
            Key = "c-7",
            Value = order,
            Timestamp = new Timestamp(Timestamp, TimestampType.CreateTime),
        })).ToList();
        producer.Flush(TestContext.Current.CancellationToken);
        await Task.WhenAll(produced);
    }
}
