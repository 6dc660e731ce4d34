namespace KafkaConsume.Yarp.Tailing;

/// <summary>Somebody who keeps framed records in memory and can do without the oldest of them.</summary>
internal interface ITailHolder
{
    /// <summary>Gets when the oldest that can be dropped was last used; <see cref="long.MaxValue"/> when there is nothing to drop.</summary>
    long OldestUse { get; }

    /// <summary>Drops the oldest.</summary>
    /// <returns>False if there is nothing left to drop.</returns>
    bool TryDropOldest();
}
