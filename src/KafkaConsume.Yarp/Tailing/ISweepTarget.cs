namespace KafkaConsume.Yarp.Tailing;

/// <summary>Something that wants to be looked at once a second.</summary>
internal interface ISweepTarget
{
    /// <summary>Gets or sets the place in the sweeper's list. The sweeper's own.</summary>
    int SweepIndex { get; set; }

    void Sweep(long now);
}
