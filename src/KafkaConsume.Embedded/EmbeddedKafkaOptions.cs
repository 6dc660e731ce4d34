namespace KafkaConsume.Embedded;

/// <summary>How an <see cref="EmbeddedKafka"/> is set up.</summary>
public sealed record EmbeddedKafkaOptions
{
    /// <summary>Gets the number of brokers. Their ids are 1 to this number, and broker 1 is the controller.</summary>
    /// <value>1 by default, from 1 to 100.</value>
    public int Brokers { get; init; } = 1;

    /// <summary>
    /// Gets how long an empty group of the classic protocol waits for more members before it starts
    /// (<c>group.initial.rebalance.delay.ms</c> of a broker, where the default is 3 seconds).
    /// </summary>
    /// <value>Zero by default, so that a first member joins at once; not negative, in whole milliseconds.</value>
    public TimeSpan GroupInitialRebalanceDelay { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Gets how often members of a group of the KIP-848 protocol are told to send heartbeats
    /// (<c>group.consumer.heartbeat.interval.ms</c> of a broker, where the default is 5 seconds). Members learn of a
    /// rebalance with a heartbeat, so this is about the time that a second member waits for its first partition.
    /// </summary>
    /// <value>500 milliseconds by default, at least 1 millisecond.</value>
    public TimeSpan ConsumerGroupHeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Gets after how long without a heartbeat a member of a group of the KIP-848 protocol is expelled
    /// (<c>group.consumer.session.timeout.ms</c> of a broker).
    /// </summary>
    /// <value>30 seconds by default, at least 1 millisecond.</value>
    public TimeSpan ConsumerGroupSessionTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
