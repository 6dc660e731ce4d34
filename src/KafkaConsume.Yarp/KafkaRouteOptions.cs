namespace KafkaConsume.Yarp;

/// <summary>
/// What one route reads from Kafka and how it answers: the typed twin of the route's <c>KafkaConsume.*</c> metadata. Give it to
/// <c>RouteConfig.WithKafkaConsume</c>.
/// </summary>
public sealed record KafkaRouteOptions
{
    /// <summary>Gets the topics to read, at least one. Names as Kafka allows them; internal topics and patterns are refused.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>Gets the name of the connection to read with.</summary>
    /// <value>The name of a section <c>KafkaConsume:Connections:{name}</c> or of a connection string. The default is <c>kafka</c>.</value>
    public string Connection { get; init; } = "kafka";

    /// <summary>Gets the brokers to start from, instead of the connection's: Kafka's <c>bootstrap.servers</c>.</summary>
    /// <value>
    /// A list <c>host:port,host:port</c>. The default is null: the connection's. Refused with a connection that has credentials, which
    /// would go to these brokers.
    /// </value>
    public string? BootstrapServers { get; init; }

    /// <summary>Gets how the route answers.</summary>
    /// <value>The default is <see cref="KafkaConsumeMode.HttpGet"/>.</value>
    public KafkaConsumeMode Mode { get; init; }

    /// <summary>Gets where reading starts without a position.</summary>
    /// <value>The default is <see cref="KafkaAutoOffsetReset.Latest"/>.</value>
    public KafkaAutoOffsetReset AutoOffsetReset { get; init; }

    /// <summary>Gets when a group's position moves.</summary>
    /// <value>The default is <see cref="KafkaCommitStrategy.Auto"/>.</value>
    public KafkaCommitStrategy CommitStrategy { get; init; }

    /// <summary>Gets how long a client may keep records before it has acknowledged them, with <see cref="KafkaCommitStrategy.ClientAcks"/>.</summary>
    /// <value>1 second to 1 hour. The default is 30 seconds.</value>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets how often a record may be handed out in vain, that is refused by its client, not acknowledged in time, or with a client whose
    /// connection ended. After that it goes to <see cref="DlqTopic"/>, or the group passes over it where there is none.
    /// </summary>
    /// <value>0 to 1000, 0 for as often as it takes. The default is 5.</value>
    public int MaxDeliveries { get; init; } = 5;

    /// <summary>
    /// Gets how long a record waits that clients have refused for the second time, without saying for how long. Each time after that it
    /// waits twice as long, up to <see cref="RedeliveryBackoffMax"/>. The first time it is handed out again at once, and so is a record
    /// whose client has let <see cref="AckTimeout"/> pass.
    /// </summary>
    /// <value>0 to 1 hour, 0 for at once. The default is 1 second.</value>
    public TimeSpan RedeliveryBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how long a refused record waits at most, unless its client says otherwise.</summary>
    /// <value>0 to 1 hour. The default is 30 seconds.</value>
    public TimeSpan RedeliveryBackoffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets whether records that were handed out in vain <see cref="MaxDeliveries"/> times are written to <see cref="DlqTopic"/>.</summary>
    /// <value>The default is <see langword="false"/>: the group passes over them, and the gateway logs where they lie.</value>
    public bool EnableDlq { get; init; }

    /// <summary>
    /// Gets the dead letter topic, which has to exist. The group's position moves only when Kafka has the dead letter on all in-sync
    /// replicas.
    /// </summary>
    /// <value>The default is null. Required with <see cref="EnableDlq"/>; none of <see cref="Topics"/>.</value>
    public string? DlqTopic { get; init; }

    /// <summary>
    /// Gets how many records may be with clients that have not acknowledged them: of each partition with those that ask for batches, and with
    /// the client of each stream.
    /// </summary>
    /// <value>1 to 100,000. The default is null: 10,000 of each partition, and 100 with the client of a stream.</value>
    public int? MaxInFlight { get; init; }

    /// <summary>
    /// Gets about how many bytes may be with clients that have not acknowledged them: of each partition with those that ask for batches, and
    /// with the client of each stream.
    /// </summary>
    /// <value>1 to 1,073,741,824 bytes. The default is 16,777,216 (16 MiB).</value>
    public int MaxInFlightBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Gets which consumer group the route reads with.</summary>
    /// <value>
    /// The default is null: <see cref="KafkaConsumerGroupMode.Random"/> for <see cref="KafkaConsumeMode.HttpGet"/>,
    /// <see cref="KafkaConsumerGroupMode.None"/> for the other modes.
    /// </value>
    public KafkaConsumerGroupMode? ConsumerGroupMode { get; init; }

    /// <summary>
    /// Gets the group's id for <see cref="KafkaConsumerGroupMode.Manual"/>: Kafka's <c>group.id</c>; or what the ids of
    /// <see cref="KafkaConsumerGroupMode.User"/> begin with.
    /// </summary>
    /// <value>The default is null; for <see cref="KafkaConsumerGroupMode.User"/> an id made from the route's id and topics.</value>
    public string? ConsumerGroupId { get; init; }

    /// <summary>Gets the claim that tells users apart, for <see cref="KafkaConsumerGroupMode.User"/>.</summary>
    /// <value>
    /// The type of a claim. The default is null: the user's name, or else <c>sub</c> or .NET's claim for it. Where two users may have
    /// the same name, name a claim that is unique.
    /// </value>
    public string? ConsumerGroupUserClaim { get; init; }

    /// <summary>
    /// Gets whether a client that has not logged in is refused with 401, and one without the claim with 403, for
    /// <see cref="KafkaConsumerGroupMode.User"/>.
    /// </summary>
    /// <value>The default is <see langword="false"/>: such clients share the group that the route would have with <see cref="KafkaConsumerGroupMode.Random"/>.</value>
    public bool ConsumerGroupRequireUser { get; init; }

    /// <summary>
    /// Gets how many users' groups this gateway may read with at a time, for <see cref="KafkaConsumerGroupMode.User"/>: each is a Kafka consumer
    /// with a thread. Further users get 429 until somebody has been away for <see cref="KafkaConsumeOptions.ConsumerIdleTimeout"/>.
    /// </summary>
    /// <value>1 to 10,000. The default is 100.</value>
    public int ConsumerGroupMaxUsers { get; init; } = 100;

    /// <summary>Gets how the gateway is a member of the group.</summary>
    /// <value>
    /// The default is <see cref="KafkaGroupProtocol.Auto"/>, unless the connection or the route's <see cref="Config"/> sets
    /// <c>group.protocol</c>.
    /// </value>
    public KafkaGroupProtocol ConsumerGroupProtocol { get; init; }

    /// <summary>
    /// Gets a name that the gateway keeps in the group over restarts (static membership): a restart within the group's session timeout
    /// moves no partitions. Each replica of the gateway needs one of its own.
    /// </summary>
    /// <value>
    /// The default is null: a new member at each start. Kafka's <c>group.instance.id</c> is this name with a suffix that tells the gateway's
    /// consumers in one group from each other.
    /// </value>
    public string? ConsumerGroupInstanceId { get; init; }

    /// <summary>Gets how the streams of a group share what this gateway has of it.</summary>
    /// <value>The default is <see cref="KafkaGroupDistribution.Partition"/>.</value>
    public KafkaGroupDistribution ConsumerGroupDistribution { get; init; }

    /// <summary>Gets what lets a group's records go to a WebSocket client.</summary>
    /// <value>The default is <see cref="KafkaStreamFlow.Auto"/>.</value>
    public KafkaStreamFlow Flow { get; init; }

    /// <summary>Gets whether a WebSocket client of a group is told when what it has acknowledged is committed.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AckReplies { get; init; }

    /// <summary>Gets how a record's value becomes JSON.</summary>
    /// <value>The default is <see cref="KafkaMessageDeserializer.Noop"/>.</value>
    public KafkaMessageDeserializer MessageDeserializer { get; init; }

    /// <summary>Gets what clients get of a record.</summary>
    /// <value>The default is <see cref="KafkaRecordFormat.Record"/>.</value>
    public KafkaRecordFormat Format { get; init; }

    /// <summary>Gets the most records that one <c>GET</c> is answered with; a request's <c>max</c> may ask for fewer.</summary>
    /// <value>1 to 100,000. The default is 500.</value>
    public int BatchMaxRecords { get; init; } = 500;

    /// <summary>
    /// Gets about how many bytes of records one <c>GET</c> is answered with; a request's <c>maxBytes</c> may ask for fewer. One
    /// record is always given, however large.
    /// </summary>
    /// <value>1 to 67,108,864 bytes. The default is 1,048,576 (1 MiB).</value>
    public int BatchMaxBytes { get; init; } = 1024 * 1024;

    /// <summary>Gets the longest time that a <c>GET</c> waits for a first record, and how long it waits when it does not say.</summary>
    /// <value>0 to 5 minutes. The default is 30 seconds.</value>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the silence after which a stream sends a heartbeat.</summary>
    /// <value>1 second to 10 minutes. The default is 15 seconds.</value>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets what becomes of a streaming client that cannot keep up.</summary>
    /// <value>The default is <see cref="KafkaSlowClients.CatchUp"/>.</value>
    public KafkaSlowClients SlowClients { get; init; }

    /// <summary>Gets whether a client may choose where to start by <c>?from=</c>.</summary>
    /// <value>The default is null: yes for broadcast, where a group's position belongs to Kafka and it cannot be chosen.</value>
    public bool? AllowSeek { get; init; }

    /// <summary>Gets whether problem details carry what Kafka said. Off, they name no broker and no group.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool ReturnErrorMessage { get; init; }

    /// <summary>
    /// Gets librdkafka properties for this route's consumers, by their names there (<c>fetch.min.bytes</c>). Only those that tune
    /// fetching, timeouts and reconnecting are allowed here; the others belong to a connection.
    /// </summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, string> Config { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
