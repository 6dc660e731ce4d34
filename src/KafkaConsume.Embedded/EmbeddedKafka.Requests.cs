namespace KafkaConsume.Embedded;

public sealed partial class EmbeddedKafka
{
    /// <summary>Forgets the recorded requests and starts to record those that brokers receive, without a limit.</summary>
    public void StartRequestTracking() => NativeMethods.StartRequestTracking(Live());

    /// <summary>Stops recording requests and forgets those recorded so far.</summary>
    public void StopRequestTracking() => NativeMethods.StopRequestTracking(Live());

    /// <summary>Forgets the recorded requests and goes on recording.</summary>
    public void ClearRequests() => NativeMethods.ClearRequests(Live());

    /// <summary>Gets the requests recorded so far, in the order in which they arrived.</summary>
    /// <returns>A copy, empty when nothing was recorded.</returns>
    public unsafe IReadOnlyList<KafkaRequest> GetRequests()
    {
        var requests = NativeMethods.GetRequests(Live(), out var count);
        if (requests is null)
        {
            return [];
        }

        try
        {
            var result = new KafkaRequest[count];
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = new KafkaRequest(
                    NativeMethods.RequestBrokerId(requests[i]),
                    (KafkaApi)NativeMethods.RequestApiKey(requests[i]),
                    TimeSpan.FromMicroseconds(NativeMethods.RequestTimestamp(requests[i])));
            }

            return result;
        }
        finally
        {
            NativeMethods.DestroyRequests(requests, count);
        }
    }
}
