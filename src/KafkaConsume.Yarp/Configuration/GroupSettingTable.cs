namespace KafkaConsume.Yarp.Configuration;

/// <summary>The settings of a route that are for clients who share records, and acknowledge them.</summary>
internal static class GroupSettingTable
{
    private static readonly DurationFormat AckTimeoutFormat = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

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
        Description = "How often a record is handed out that clients refuse or do not acknowledge in time, before the group passes over it; 0 for "
            + "as often as it takes (`CommitStrategy` `client-acks`).",
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
    public static IReadOnlyList<Setting> OfAcks { get; } = [AckTimeout, MaxDeliveries, MaxInFlight, MaxInFlightBytes];

    /// <summary>Gets the settings that mean something to the streams of a group, and to nobody else.</summary>
    public static IReadOnlyList<Setting> OfStreams { get; } = [Distribution, Flow, AckReplies];
}
