using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Confluent.Kafka;

namespace Peers.ByHand;

/// <summary>
/// What is written first: an endpoint with a consumer for each request. It is given enough threads to block on, which is more than most have.
/// </summary>
internal static class ByHandPeer
{
    private const int Threads = 512;

    public static WebApplication Create(PeerOptions options)
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/stream", (CancellationToken cancelled) => TypedResults.ServerSentEvents(ReadAsync(options, cancelled)));
        return app;
    }

    private static async IAsyncEnumerable<SseItem<StreamRecord>> ReadAsync(PeerOptions options, [EnumeratorCancellation] CancellationToken cancelled)
    {
        await Task.Yield();
        var config = new ConsumerConfig(ConsumerSettings.Of(options))
        {
            GroupId = Guid.NewGuid().ToString(),
            AutoOffsetReset = AutoOffsetReset.Latest,
        };
        using var consumer = new ConsumerBuilder<string?, string>(config).Build();
        consumer.Assign(new TopicPartitionOffset(options.Topic, 0, Offset.End));
        while (!cancelled.IsCancellationRequested)
        {
            var result = consumer.Consume(cancelled);
            var record = new StreamRecord(
                result.Topic, result.Partition.Value, result.Offset.Value, result.Message.Timestamp.UtcDateTime, result.Message.Key, result.Message.Value);
            yield return new SseItem<StreamRecord>(record) { EventId = $"{result.Partition.Value}-{result.Offset.Value}" };
        }
    }
}
