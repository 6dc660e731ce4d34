namespace Peers;

/// <summary>What the library gives its own consumers, for the others too.</summary>
internal static class ConsumerSettings
{
    public static Dictionary<string, string> Of(PeerOptions options) => new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = options.Brokers,
        ["group.id"] = "bench",
        ["isolation.level"] = "read_committed",
        ["check.crcs"] = "true",
        ["enable.auto.commit"] = "false",
        ["enable.auto.offset.store"] = "false",
        ["fetch.wait.max.ms"] = $"{options.FetchWaitMs}",
        ["queued.max.messages.kbytes"] = "16384",
        ["queued.min.messages"] = "10000",
        ["fetch.queue.backoff.ms"] = "10",
    };
}
