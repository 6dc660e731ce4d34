using Harness.Kafka;
using Harness.Loading;

namespace Harness.Running;

/// <summary>What a client costs that is connected and gets nothing. The first clients do not count: they make the process warm.</summary>
internal static class IdleMemory
{
    private const int FirstClients = 500;
    private const int FetchWaitMs = 5;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static IEnumerable<Measurement> Run(BenchOptions options, KafkaControl kafka)
    {
        var clients = options.IsQuick ? 2000 : 5000;
        foreach (var kind in Enum.GetValues<StreamKind>())
        {
            var cell = $"{(kind == StreamKind.Sse ? "SSE" : "WebSocket")}, idle memory, {clients:N0} clients";
            for (var round = 1; options.Includes(cell) && round <= options.Rounds; round++)
            {
                foreach (var peer in new[] { "library", "ceiling" })
                {
                    yield return new Measurement(cell, peer, round, Measure(peer, options, kafka, kind, clients));
                }
            }
        }
    }

    private static Dictionary<string, double> Measure(string name, BenchOptions options, KafkaControl kafka, StreamKind kind, int clients)
    {
        using var peer = new Peer(name, options, kafka.Brokers, kafka.CreateTopic(), FetchWaitMs);
        using var subscribers = new Subscribers(peer.Port, "/stream", kind, valueBytes: 100, _ => { });
        subscribers.Connect(FirstClients);
        Thread.Sleep(Settling);
        var live = peer.CollectAndGetLive();
        var (rss, anonymous) = (peer.RssKb, peer.AnonymousKb);
        subscribers.Connect(clients);
        Thread.Sleep(Settling);
        (rss, anonymous) = (peer.RssKb - rss, peer.AnonymousKb - anonymous);
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["rssKb"] = (double)rss / clients,
            ["anonymousKb"] = (double)anonymous / clients,
            ["liveKb"] = (peer.CollectAndGetLive() - live) / 1024.0 / clients,
        };
    }
}
