namespace Peers;

/// <summary>What a peer is told on its command line.</summary>
/// <param name="Peer">Which one it is.</param>
/// <param name="Brokers">Where Kafka is.</param>
/// <param name="Topic">The topic that it sends to everybody; it has one partition.</param>
/// <param name="FetchWaitMs">How long a broker may hold a fetch that finds nothing.</param>
internal sealed record PeerOptions(string Peer, string Brokers, string Topic, int FetchWaitMs)
{
    public static PeerOptions Parse(string[] args) =>
        new(args[0], args[1], args[2], int.Parse(args[3], System.Globalization.CultureInfo.InvariantCulture));
}
