using Harness.Peers;

namespace Harness.Running;

/// <summary>Keeps a server busy until it is as quick as it gets: on a core that is always busy its compiler takes its time.</summary>
internal static class WarmUp
{
    private const int MaxRounds = 16;
    private const int FewMethods = 5;

    // It counts calls for a while before it compiles what is called often.
    private const int QuietRounds = 4;

    /// <summary>Has a server do the same over and over, until it hardly compiles any more.</summary>
    public static void Run(Peer peer, Action work)
    {
        var quiet = 0;
        for (var round = 0; round < MaxRounds && quiet < QuietRounds; round++)
        {
            var compiled = peer.Compiled;
            work();
            quiet = peer.Compiled - compiled > FewMethods ? 0 : quiet + 1;
        }
    }
}
