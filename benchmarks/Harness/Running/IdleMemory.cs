using Harness.Loading;
using Harness.Peers;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>What a client costs that is connected and gets nothing. The first clients do not count: they make the process warm.</summary>
internal static class IdleMemory
{
    private const int FirstClients = 500;
    private const int FetchWaitMs = 5;
    private const double Limit = 1.15;

    private static readonly string[] Peers = ["library", "ceiling", "yarp", "nchan"];
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    public static IEnumerable<Step> Steps(BenchOptions options)
    {
        var clients = options.IsQuick ? 2000 : 5000;
        return
            from kind in Enum.GetValues<StreamKind>()
            let cell = new Cell(Section.Idle, $"{kind.Title()}, {clients:N0} idle clients", new Target("ceiling", Limit))
            where options.Includes(cell.Name)
            from round in Enumerable.Range(1, options.Rounds)
            from peer in Peers
            select new Step(peer, round, cell, TimeSpan.FromSeconds(90), lab => Measure(lab, peer, kind, clients));
    }

    private static Dictionary<string, double> Measure(Lab lab, string name, StreamKind kind, int clients)
    {
        var kafka = lab.Embedded;
        using var peer = Peer.Start(name, lab.Options, kafka.Brokers, kafka.CreateTopic(), FetchWaitMs);
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
