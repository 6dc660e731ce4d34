using Harness.Peers;

namespace Harness.Running;

/// <summary>Keeps a server busy until it is as quick as it gets: on a core that is always busy its compiler takes its time.</summary>
internal static class WarmUp
{
    private const int MaxRounds = 12;
    private const int FewMethods = 5;

    /// <summary>Has a server do the same over and over, until it hardly compiles any more.</summary>
    public static void Run(Peer peer, Action work)
    {
        var compiled = double.NegativeInfinity;
        for (var round = 0; round < MaxRounds && peer.Compiled - compiled > FewMethods; round++)
        {
            compiled = peer.Compiled;
            work();
        }
    }
}
