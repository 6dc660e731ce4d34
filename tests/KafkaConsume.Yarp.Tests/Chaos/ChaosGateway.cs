namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>A gateway that comes and goes. Each life has a name and an address of its own.</summary>
internal abstract class ChaosGateway : IAsyncDisposable
{
    /// <summary>Gets where it is and what it is called; null while it is not there.</summary>
    public abstract (string Name, Uri Address)? Place { get; }

    public abstract Task StartAsync();

    public abstract Task StopAsync();

    public abstract ValueTask DisposeAsync();
}
