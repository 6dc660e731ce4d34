namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>What a seed wants a run of chaos to be like.</summary>
internal sealed record ChaosPlan
{
    public const int Partitions = 4;

    private const int MostDeliveries = 4;

    public required int Seed { get; init; }

    public required int Records { get; init; }

    /// <summary>Gets for how long records come and everything fails.</summary>
    public required TimeSpan Storm { get; init; }

    /// <summary>Gets how long it may take afterwards until everything is done.</summary>
    public required TimeSpan Calm { get; init; }

    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets how often a record is handed out in vain; 0 for as often as it takes.</summary>
    public int MaxDeliveries => Seed % 3 == 0 ? 0 : MostDeliveries;

    /// <summary>Gets a value indicating whether what was handed out in vain becomes a dead letter.</summary>
    public bool HasDeadLetters => Seed % 3 == 2;

    /// <summary>Gets a value indicating whether each partition is one stream's alone.</summary>
    public bool IsByPartition => Seed / 2 % 2 == 0;

    /// <summary>Gets a value indicating whether streams are sent no more than they have allowed.</summary>
    public bool NeedsPermits => Seed % 5 < 2;

    /// <summary>Gets how many clients ask for batches. With <see cref="IsByPartition"/> they get what no stream is there for.</summary>
    public int Batches => IsByPartition ? 2 : 3;

    public int Streams => IsByPartition ? 5 : 3;

    /// <summary>Gets the settings of the gateways' route.</summary>
    public Dictionary<string, string> Settings(string topic)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AckTimeout"] = AckTimeout.ToString("c"),
            ["MaxDeliveries"] = $"{MaxDeliveries}",
            ["RedeliveryBackoff"] = "00:00:00.050",
            ["RedeliveryBackoffMax"] = "00:00:01",
            ["ConsumerGroup.Distribution"] = IsByPartition ? "partition" : "record",
            ["Flow"] = NeedsPermits ? "permit" : "auto",
        };
        if (HasDeadLetters)
        {
            settings["EnableDlq"] = "true";
            settings["DlqTopic"] = DeadLetterTopicOf(topic);
        }

        return settings;
    }

    /// <summary>Makes what everybody shares.</summary>
    public ChaosWorld CreateWorld(string topic, string bootstrapServers) => new(topic, Partitions, bootstrapServers, AckTimeout)
    {
        DeadLetterTopic = HasDeadLetters ? DeadLetterTopicOf(topic) : null,
        IsByPartition = IsByPartition,
        NeedsPermits = NeedsPermits,
    };

    public override string ToString() => string.Join(
        ", ",
        $"seed {Seed}",
        $"{Records} records",
        IsByPartition ? "by partition" : "by record",
        NeedsPermits ? "with permits" : "without permits",
        HasDeadLetters ? "dead letters" : MaxDeliveries > 0 ? "passed over" : "for ever");

    private static string DeadLetterTopicOf(string topic) => topic + "-dead";
}
