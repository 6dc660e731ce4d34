namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>The gateways and the cluster of a run of chaos, and what befalls them.</summary>
internal abstract class ChaosScene(ChaosWorld world) : IAsyncDisposable
{
    public ChaosWorld World => world;

    /// <summary>Gets a value indicating whether the cluster hears members of the group that it has given up.</summary>
    public virtual bool MayHaveTwoOwners => false;

    /// <summary>Strikes until a task has ended, and then sees that everything works again.</summary>
    public abstract Task StrikeAsync(Task until);

    /// <summary>Notes what the group commits, until it is what it is to be in the end.</summary>
    /// <param name="isEnough">Says so, of the last committed offset of each partition; -1 for none.</param>
    public abstract Task WatchCommitsAsync(Func<long[], bool> isEnough);

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var gateway in world.Gateways)
        {
            await gateway.DisposeAsync();
        }
    }
}
