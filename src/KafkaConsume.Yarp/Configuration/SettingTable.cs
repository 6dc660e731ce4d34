namespace KafkaConsume.Yarp.Configuration;

/// <summary>All settings of a route, in the order of the documentation. Librdkafka's properties are in <see cref="KafkaPropertyTable"/>.</summary>
internal static class SettingTable
{
    private static readonly DurationFormat WaitFormat = new(TimeSpan.Zero, TimeSpan.FromMinutes(5));
    private static readonly DurationFormat HeartbeatFormat = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));

    public static Setting Topics { get; } = new RouteSetting<IReadOnlyList<string>>(
        new TopicListFormat(), options => options.Topics, (draft, value) => draft.Options = draft.Options with { Topics = value })
    {
        Key = KafkaConsumeMetadata.Topics,
        Kong = "topics[].name",
        DefaultNote = "none: required",
        Example = "orders,payments",
        Description = "The topics to read; patterns and internal topics (`__*`) are refused.",
    };

    public static Setting Connection { get; } = new RouteSetting<string>(
        new TextFormat(), options => options.Connection, (draft, value) => draft.Options = draft.Options with { Connection = value })
    {
        Key = KafkaConsumeMetadata.Connection,
        Example = "kafka",
        Description = "The named connection to read with.",
    };

    public static Setting BootstrapServers { get; } = new RouteSetting<string>(
        new BrokerListFormat(), options => options.BootstrapServers, (draft, value) => draft.Options = draft.Options with { BootstrapServers = value })
    {
        Key = KafkaConsumeMetadata.BootstrapServers,
        Kong = "bootstrap_servers",
        DefaultNote = "the connection's",
        Example = "broker1:9092,broker2:9092",
        Description = "The brokers to start from, instead of the connection's.",
    };

    public static Setting Mode { get; } = new RouteSetting<KafkaConsumeMode>(
        new ChoiceFormat<KafkaConsumeMode>(
            ("http-get", KafkaConsumeMode.HttpGet), ("get", KafkaConsumeMode.HttpGet), ("http", KafkaConsumeMode.HttpGet),
            ("server-sent-events", KafkaConsumeMode.ServerSentEvents), ("sse", KafkaConsumeMode.ServerSentEvents),
            ("websocket", KafkaConsumeMode.WebSocket), ("ws", KafkaConsumeMode.WebSocket),
            ("auto", KafkaConsumeMode.Auto)),
        options => options.Mode, (draft, value) => draft.Options = draft.Options with { Mode = value })
    {
        Key = KafkaConsumeMetadata.Mode,
        Kong = "mode",
        Example = "server-sent-events",
        Description = "How the route answers: batches by long poll, an event stream, a WebSocket, or what the request asks for.",
    };

    public static Setting AutoOffsetReset { get; } = new RouteSetting<KafkaAutoOffsetReset>(
        new ChoiceFormat<KafkaAutoOffsetReset>(("latest", KafkaAutoOffsetReset.Latest), ("earliest", KafkaAutoOffsetReset.Earliest)),
        options => options.AutoOffsetReset, (draft, value) => draft.Options = draft.Options with { AutoOffsetReset = value })
    {
        Key = KafkaConsumeMetadata.AutoOffsetReset,
        Kong = "auto_offset_reset",
        Example = "earliest",
        Description = "Where reading starts for a client without a cursor, or a group without a committed position.",
    };

    public static Setting EnforceLatestOffsetReset { get; } = new RouteSetting<bool>(
        new BooleanFormat(), _ => true, (draft, value) => draft.EnforcesLatest = value)
    {
        Key = KafkaConsumeMetadata.EnforceLatestOffsetReset,
        Kong = "enforce_latest_offset_reset",
        Example = "true",
        Description = "Read for Kong's sake: `latest` always means latest here; `false` (Kong: `latest` acts like `earliest`) is "
            + "answered with a warning.",
    };

    public static Setting CommitStrategy { get; } = new RouteSetting<KafkaCommitStrategy>(
        new ChoiceFormat<KafkaCommitStrategy>(
            ("auto", KafkaCommitStrategy.Auto), ("off", KafkaCommitStrategy.Off), ("client-acks", KafkaCommitStrategy.ClientAcks)),
        options => options.CommitStrategy, (draft, value) => draft.Options = draft.Options with { CommitStrategy = value })
    {
        Key = KafkaConsumeMetadata.CommitStrategy,
        Kong = "commit_strategy",
        Example = "off",
        Description = "When the group's position moves: after an answer was written in whole, by clients' commits alone, or as clients acknowledge "
            + "records (group delivery only).",
    };

    public static Setting ConsumerGroupMode { get; } = new RouteSetting<KafkaConsumerGroupMode>(
        new ChoiceFormat<KafkaConsumerGroupMode>(
            ("none", KafkaConsumerGroupMode.None), ("random", KafkaConsumerGroupMode.Random), ("manual", KafkaConsumerGroupMode.Manual),
            ("user", KafkaConsumerGroupMode.User), ("kong_consumer", KafkaConsumerGroupMode.User)),
        options => options.ConsumerGroupMode, (draft, value) => draft.Options = draft.Options with { ConsumerGroupMode = value })
    {
        Key = KafkaConsumeMetadata.ConsumerGroupMode,
        Kong = "consumer_group.mode",
        DefaultNote = "`random` for http-get, `none` for the other modes",
        Example = "none",
        Description = "Which consumer group shares the records: none (every client sees all), one made from the route's id and topics, "
            + "a named one, or one for each user.",
    };

    public static Setting ConsumerGroupId { get; } = new RouteSetting<string>(
        new TextFormat(), options => options.ConsumerGroupId, (draft, value) => draft.Options = draft.Options with { ConsumerGroupId = value })
    {
        Key = KafkaConsumeMetadata.ConsumerGroupId,
        Aliases = ["KafkaConsume.ConsumerGroup.ConsumerGroupId"],
        Kong = "consumer_group.consumer_group_id",
        DefaultNote = "none: required for `manual`",
        Example = "billing",
        Description = "The group's id, for `ConsumerGroup.Mode` `manual`; what the ids begin with, for `user`.",
    };

    public static Setting MessageDeserializer { get; } = new RouteSetting<KafkaMessageDeserializer>(
        new ChoiceFormat<KafkaMessageDeserializer>(
            ("noop", KafkaMessageDeserializer.Noop), ("json", KafkaMessageDeserializer.Json), ("base64", KafkaMessageDeserializer.Base64)),
        options => options.MessageDeserializer,
        (draft, value) => draft.Options = draft.Options with { MessageDeserializer = value })
    {
        Key = KafkaConsumeMetadata.MessageDeserializer,
        Kong = "message_deserializer",
        Example = "json",
        Description = "How a record's value becomes JSON: as text, as the JSON that it is, or as base64.",
    };

    public static Setting Format { get; } = new RouteSetting<KafkaRecordFormat>(
        new ChoiceFormat<KafkaRecordFormat>(("record", KafkaRecordFormat.Record), ("value", KafkaRecordFormat.Value)),
        options => options.Format, (draft, value) => draft.Options = draft.Options with { Format = value })
    {
        Key = KafkaConsumeMetadata.Format,
        Example = "value",
        Description = "What clients get: the record with topic, partition, offset, timestamp, key, value and headers, or the value alone.",
    };

    public static Setting BatchMaxRecords { get; } = new RouteSetting<int>(
        new IntegerFormat(1, 100_000), options => options.BatchMaxRecords,
        (draft, value) => draft.Options = draft.Options with { BatchMaxRecords = value })
    {
        Key = KafkaConsumeMetadata.BatchMaxRecords,
        Example = "100",
        Description = "The most records of one answer (http-get and auto); a request's `max` may ask for fewer.",
    };

    public static Setting BatchMaxBytes { get; } = new RouteSetting<int>(
        new IntegerFormat(1, 64 * 1024 * 1024), options => options.BatchMaxBytes,
        (draft, value) => draft.Options = draft.Options with { BatchMaxBytes = value })
    {
        Key = KafkaConsumeMetadata.BatchMaxBytes,
        Example = "262144",
        Description = "About the most bytes of one answer (http-get and auto); one record is given however large; a request's `maxBytes` "
            + "may ask for fewer.",
    };

    public static Setting MaxWait { get; } = new RouteSetting<TimeSpan>(
        WaitFormat, options => options.MaxWait, (draft, value) => draft.Options = draft.Options with { MaxWait = value }, WaitFormat.Milliseconds)
    {
        Key = KafkaConsumeMetadata.MaxWait,
        MillisecondsKey = KafkaConsumeMetadata.MaxWaitMs,
        Example = "00:00:10",
        Description = "How long a `GET` waits for a first record (http-get and auto); a request's `wait` may ask for less.",
    };

    public static Setting HeartbeatInterval { get; } = new RouteSetting<TimeSpan>(
        HeartbeatFormat, options => options.HeartbeatInterval,
        (draft, value) => draft.Options = draft.Options with { HeartbeatInterval = value }, HeartbeatFormat.Milliseconds)
    {
        Key = KafkaConsumeMetadata.HeartbeatInterval,
        MillisecondsKey = KafkaConsumeMetadata.HeartbeatIntervalMs,
        Example = "00:00:30",
        Description = "The silence after which a stream sends a heartbeat (server-sent-events, websocket and auto).",
    };

    public static Setting SlowClients { get; } = new RouteSetting<KafkaSlowClients>(
        new ChoiceFormat<KafkaSlowClients>(("catch-up", KafkaSlowClients.CatchUp), ("disconnect", KafkaSlowClients.Disconnect)),
        options => options.SlowClients, (draft, value) => draft.Options = draft.Options with { SlowClients = value })
    {
        Key = KafkaConsumeMetadata.SlowClients,
        Example = "disconnect",
        Description = "What becomes of a client that the tail in memory has left behind (server-sent-events, websocket and auto): it is read for "
            + "separately until it has caught up, or its stream ends and it may resume.",
    };

    public static Setting AllowSeek { get; } = new RouteSetting<bool>(
        new BooleanFormat(), options => options.AllowSeek, (draft, value) => draft.Options = draft.Options with { AllowSeek = value })
    {
        Key = KafkaConsumeMetadata.AllowSeek,
        DefaultNote = "`true` without a group, `false` with one",
        Example = "false",
        Description = "Whether a client may choose where to start by `?from=`; not with a group, whose position belongs to Kafka.",
    };

    public static Setting ReturnErrorMessage { get; } = new RouteSetting<bool>(
        new BooleanFormat(), options => options.ReturnErrorMessage,
        (draft, value) => draft.Options = draft.Options with { ReturnErrorMessage = value })
    {
        Key = KafkaConsumeMetadata.ReturnErrorMessage,
        Kong = "error_handling.return_error_message",
        Example = "true",
        Description = "Whether problem details carry what Kafka said, which may name brokers and groups.",
    };

    public static IReadOnlyList<Setting> All { get; } =
    [
        Topics, Connection, BootstrapServers, Mode, AutoOffsetReset, EnforceLatestOffsetReset, CommitStrategy, .. GroupSettingTable.OfAcks,
        ConsumerGroupMode, ConsumerGroupId, .. UserSettingTable.All, .. MembershipSettingTable.All, .. GroupSettingTable.OfStreams,
        MessageDeserializer, Format, BatchMaxRecords, BatchMaxBytes, MaxWait, HeartbeatInterval,
        SlowClients, AllowSeek, ReturnErrorMessage,
    ];
}
