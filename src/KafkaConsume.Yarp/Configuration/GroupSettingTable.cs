namespace KafkaConsume.Yarp.Configuration;

/// <summary>The settings of a route that are for clients who acknowledge records.</summary>
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
        Example = "1000",
        Description = "How many records of each partition may be with clients that have not acknowledged them (`CommitStrategy` `client-acks`).",
    };

    public static Setting MaxInFlightBytes { get; } = new RouteSetting<int>(
        new IntegerFormat(1, 1024 * 1024 * 1024), options => options.MaxInFlightBytes,
        (draft, value) => draft.Options = draft.Options with { MaxInFlightBytes = value })
    {
        Key = KafkaConsumeMetadata.MaxInFlightBytes,
        Example = "1048576",
        Description = "About how many bytes of each partition may be with clients that have not acknowledged them (`CommitStrategy` `client-acks`).",
    };

    /// <summary>Gets the settings that mean something to clients who acknowledge, and to nobody else.</summary>
    public static IReadOnlyList<Setting> OfAcks { get; } = [AckTimeout, MaxDeliveries, MaxInFlight, MaxInFlightBytes];
}
