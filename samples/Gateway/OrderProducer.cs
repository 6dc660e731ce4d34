using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Confluent.Kafka;

namespace Gateway;

/// <summary>Keeps orders arriving on the topic, a few a second, with some already there at the start.</summary>
internal sealed partial class OrderProducer(string bootstrapServers, TimeProvider time, ILogger<OrderProducer> logger) : BackgroundService
{
    public const string Topic = "orders";

    private const int AtStart = 60;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly OrderStream _orders = new(Random.Shared);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var config = new ProducerConfig { BootstrapServers = bootstrapServers, Acks = Acks.All, EnableIdempotence = true, LingerMs = 0 };
        using var producer = new ProducerBuilder<string, byte[]>(config).SetLogHandler(static (_, _) => { }).Build();

        try
        {
            for (var sent = 1; !stoppingToken.IsCancellationRequested; sent++)
            {
                await SendAsync(producer, stoppingToken);
                if (sent >= AtStart)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(60, 420)), time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task SendAsync(IProducer<string, byte[]> producer, CancellationToken cancellationToken)
    {
        var (order, trace) = _orders.Next();
        var message = new Message<string, byte[]>
        {
            // A customer's events share a partition, and so keep their order.
            Key = order.CustomerId,
            Value = JsonSerializer.SerializeToUtf8Bytes(order, Json),
            Timestamp = new Timestamp(time.GetUtcNow()),
            Headers =
            [
                new Header("traceparent", Encoding.ASCII.GetBytes($"00-{trace}-{ActivitySpanId.CreateRandom()}-01")),
                new Header("event-type", Encoding.ASCII.GetBytes($"order.{order.Status}")),
                new Header("content-type", "application/json"u8.ToArray()),
            ],
        };

        try
        {
            await producer.ProduceAsync(Topic, message, cancellationToken);
        }
        catch (ProduceException<string, byte[]> exception)
        {
            Log.NotProduced(logger, exception.Error.Reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "An order was not produced: {Reason}", EventName = nameof(NotProduced))]
        public static partial void NotProduced(ILogger logger, string reason);
    }
}
