namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>Starts brokers, and says so when one ends instead.</summary>
internal static class BrokerStart
{
    /// <summary>Starts the brokers with what they had, and returns when the cluster lists them all as alive.</summary>
    /// <exception cref="BrokerExitedException">One of them ended.</exception>
    public static async Task RunAsync(IReadOnlyCollection<KafkaBroker> brokers, CancellationToken cancellationToken)
    {
        await Task.WhenAll(brokers.Select(broker => broker.LaunchAsync()));
        using var settled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var admin = new KafkaAdmin(string.Join(',', brokers.Select(broker => broker.Address)));
        var ready = admin.WaitForBrokersAsync([.. brokers.Select(broker => broker.NodeId)], settled.Token);
        var first = await Task.WhenAny([ready, .. brokers.Select(broker => broker.FailOnExitAsync(settled.Token))]);
        await settled.CancelAsync();
        await first;
    }
}
