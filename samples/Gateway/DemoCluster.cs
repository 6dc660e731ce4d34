using KafkaConsume.Embedded;

namespace Gateway;

/// <summary>The Kafka of <c>--embedded</c>: a cluster inside this process, the topic that the routes read, and orders arriving on it.</summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    private const string Switch = "--embedded";
    private readonly EmbeddedKafka _kafka;

    private DemoCluster(EmbeddedKafka kafka) => _kafka = kafka;

    /// <summary>Leaves the switch out, which configuration would take for the name of a value that follows.</summary>
    public static string[] WithoutSwitch(string[] args) => [.. args.Where(arg => arg != Switch)];

    /// <summary>Starts the cluster when the switch is there; without it there must be a connection string.</summary>
    public static DemoCluster? Start(WebApplicationBuilder builder, string[] args)
    {
        if (!args.Contains(Switch))
        {
            return string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString("kafka"))
                ? throw new InvalidOperationException(
                    "There is no Kafka to read from. Start with --embedded for one in this process, or name your brokers: "
                    + "ConnectionStrings__kafka=host:9092 in the environment, --ConnectionStrings:kafka=host:9092 as an argument.")
                : null;
        }

        var kafka = EmbeddedKafka.Start(brokers: 1);
        kafka.CreateTopic(OrderProducer.Topic, partitions: 3);
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:kafka", kafka.BootstrapServers),

            // A real broker answers a waiting fetch when a record arrives; this one only when the wait is over (500 ms by default).
            new("KafkaConsume:Connections:kafka:Config:fetch.wait.max.ms", "20"),
        ]);
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<OrderProducer>(services, kafka.BootstrapServers));
        return new DemoCluster(kafka);
    }

    public ValueTask DisposeAsync() => _kafka.DisposeAsync();
}
