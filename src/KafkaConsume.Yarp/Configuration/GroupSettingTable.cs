namespace KafkaConsume.Yarp.Configuration;

/// <summary>The settings of a route that are for clients who share records, and acknowledge them.</summary>
internal static class GroupSettingTable
{
    private static readonly DurationFormat AckTimeoutFormat = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    private static readonly DurationFormat BackoffFormat = new(TimeSpan.Zero, TimeSpan.FromHours(1));

    public static Setting AckTimeout { get; } = new RouteSetting<TimeSpan>(
        AckTimeoutFormat, options => options.AckTimeout,
        (draft, value) => draft.Options = draft.Options with { AckTimeout = value }, AckTimeoutFormat.Milliseconds)
    {
        Key = KafkaConsumeMetadata.AckTimeout,
        MillisecondsKey = KafkaConsumeMetadata.AckTimeoutMs,
        Example = "00:01:00",
        Description = "How long a client may keep records before others get them (`CommitStrategy` `client-acks`).",
    };

    public static Setting MaxDeliveries { get; } = new RouteSetting<int>(
        new IntegerFormat(0, 1000), options => options.MaxDeliveries,
        (draft, value) => draft.Options = draft.Options with { MaxDeliveries = value })
    {
        Key = KafkaConsumeMetadata.MaxDeliveries,
        Example = "10",
        Description = "How often a record is handed out in vain, that is to clients that refuse it, let its time pass or are cut off, before it becomes a dead letter "
            + "or the group passes over it; 0 for as often as it takes (`CommitStrategy` `client-acks`).",
    };

    public static Setting RedeliveryBackoff { get; } = new RouteSetting<TimeSpan>(
        BackoffFormat, options => options.RedeliveryBackoff,
        (draft, value) => draft.Options = draft.Options with { RedeliveryBackoff = value }, BackoffFormat.Milliseconds)
    {
        Key = KafkaConsumeMetadata.RedeliveryBackoff,
        MillisecondsKey = KafkaConsumeMetadata.RedeliveryBackoffMs,
        Example = "00:00:05",
        Description = "How long a record waits that clients refuse for the second time without a `delay`; then twice as long each time "
            + "(`CommitStrategy` `client-acks`).",
    };

    public static Setting RedeliveryBackoffMax { get; } = new RouteSetting<TimeSpan>(
        BackoffFormat, options => options.RedeliveryBackoffMax,
        (draft, value) => draft.Options = draft.Options with { RedeliveryBackoffMax = value }, BackoffFormat.Milliseconds)
    {
        Key = KafkaConsumeMetadata.RedeliveryBackoffMax,
        MillisecondsKey = KafkaConsumeMetadata.RedeliveryBackoffMaxMs,
        Example = "00:05:00",
        Description = "How long it waits at most (`CommitStrategy` `client-acks`).",
    };

    public static Setting EnableDlq { get; } = new RouteSetting<bool>(
        new BooleanFormat(), options => options.EnableDlq, (draft, value) => draft.Options = draft.Options with { EnableDlq = value })
    {
        Key = KafkaConsumeMetadata.EnableDlq,
        Kong = "enable_dlq",
        Example = "true",
        Description = "Whether a record that was handed out in vain `MaxDeliveries` times is written to `DlqTopic`, instead of being passed over "
            + "(`CommitStrategy` `client-acks`).",
    };

    public static Setting DlqTopic { get; } = new RouteSetting<string>(
        new TopicFormat(), options => options.DlqTopic, (draft, value) => draft.Options = draft.Options with { DlqTopic = value })
    {
        Key = KafkaConsumeMetadata.DlqTopic,
        Kong = "dlq_topic",
        DefaultNote = "none: required with `EnableDlq`",
        Example = "orders-dead-letters",
        Description = "The dead letter topic, which has to exist and must not be one of the route's topics.",
    };

    public static Setting MaxInFlight { get; } = new RouteSetting<int>(
        new IntegerFormat(1, 100_000), options => options.MaxInFlight,
        (draft, value) => draft.Options = draft.Options with { MaxInFlight = value })
    {
        Key = KafkaConsumeMetadata.MaxInFlight,
        DefaultNote = "`10000` of each partition (http-get), `100` with each client (streams)",
        Example = "1000",
        Description = "How many records of each partition may be with clients that have not acknowledged them, or with the client of each stream "
            + "(`CommitStrategy` `client-acks`).",
    };

    public static Setting MaxInFlightBytes { get; } = new RouteSetting<int>(
        new IntegerFormat(1, 1024 * 1024 * 1024), options => options.MaxInFlightBytes,
        (draft, value) => draft.Options = draft.Options with { MaxInFlightBytes = value })
    {
        Key = KafkaConsumeMetadata.MaxInFlightBytes,
        Example = "1048576",
        Description = "About how many bytes of each partition may be with clients that have not acknowledged them, or with the client of each stream "
            + "(`CommitStrategy` `client-acks`).",
    };

    public static Setting Distribution { get; } = new RouteSetting<KafkaGroupDistribution>(
        new ChoiceFormat<KafkaGroupDistribution>(("partition", KafkaGroupDistribution.Partition), ("record", KafkaGroupDistribution.Record)),
        options => options.ConsumerGroupDistribution,
        (draft, value) => draft.Options = draft.Options with { ConsumerGroupDistribution = value })
    {
        Key = KafkaConsumeMetadata.ConsumerGroupDistribution,
        Example = "record",
        Description = "How the streams of a group share what the gateway has of it: each partition to one of them, in order, or each record to any "
            + "(server-sent-events, websocket and auto).",
    };

    public static Setting Flow { get; } = new RouteSetting<KafkaStreamFlow>(
        new ChoiceFormat<KafkaStreamFlow>(("auto", KafkaStreamFlow.Auto), ("permit", KafkaStreamFlow.Permit)),
        options => options.Flow, (draft, value) => draft.Options = draft.Options with { Flow = value })
    {
        Key = KafkaConsumeMetadata.Flow,
        Example = "permit",
        Description = "Whether a group's records go to a WebSocket client as they come, or only as many as it has sent permits for (websocket and auto).",
    };

    public static Setting AckReplies { get; } = new RouteSetting<bool>(
        new BooleanFormat(), options => options.AckReplies, (draft, value) => draft.Options = draft.Options with { AckReplies = value })
    {
        Key = KafkaConsumeMetadata.AckReplies,
        Example = "true",
        Description = "Whether a WebSocket client is told when what it has acknowledged is committed (`CommitStrategy` `client-acks` or `off`).",
    };

    /// <summary>Gets the settings that mean something to clients who acknowledge, and to nobody else.</summary>
    public static IReadOnlyList<Setting> OfAcks { get; } =
    [
        AckTimeout, MaxDeliveries, RedeliveryBackoff, RedeliveryBackoffMax, EnableDlq, DlqTopic, MaxInFlight, MaxInFlightBytes,
    ];

    /// <summary>Gets the settings that mean something to the streams of a group, and to nobody else.</summary>
    public static IReadOnlyList<Setting> OfStreams { get; } = [Distribution, Flow, AckReplies];
}
