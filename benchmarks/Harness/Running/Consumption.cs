using Harness.Peers;

namespace Harness.Running;

/// <summary>Waits for peers that count what they have read.</summary>
internal static class Consumption
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when a consumer has read so many records since it began.</summary>
    public static void Await(DotNetPeer consumer, long records)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (consumer.Ask("count")[0] < records)
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException("records did not arrive");
            }

            Thread.Sleep(Pause);
        }
    }
}
