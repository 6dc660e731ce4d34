using System.Globalization;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>
/// Connections as Confluent's configuration. What a connection or route says wins over the tuning here, never over what the gateway
/// relies on: who commits, who joins, where reading starts.
/// </summary>
internal static class ConsumerConfigFactory
{
    /// <summary>What librdkafka may hold of one consumer, in KiB.</summary>
    public const int QueuedMaxMessagesKbytes = 16384;

    private static readonly (string Name, string Value)[] ClientTuning =
    [
        ("client.id", "kafka-consume"),
        ("allow.auto.create.topics", "false"),
        ("socket.keepalive.enable", "true"),
        ("reconnect.backoff.ms", "50"),
        ("reconnect.backoff.max.ms", "2000"),
    ];

    private static readonly (string Name, string Value)[] ConsumerTuning =
    [
        .. ClientTuning,
        ("isolation.level", "read_committed"),
        ("check.crcs", "true"),
        ("queued.max.messages.kbytes", QueuedMaxMessagesKbytes.ToString(CultureInfo.InvariantCulture)),
        ("queued.min.messages", "10000"),

        // With a full queue librdkafka waits this long before it fetches again: at its default of a second, bounded queues starve.
        ("fetch.queue.backoff.ms", "10"),
    ];

    /// <summary>Gives the configuration of a consumer that is assigned all partitions, and neither joins a group nor commits.</summary>
    public static ConsumerConfig ForBroadcast(KafkaConnection connection)
    {
        var properties = Tuned(connection, KafkaPropertyScope.Consumer, [.. ConsumerTuning, ("fetch.wait.max.ms", "100")]);

        // librdkafka makes no consumer without a group id; this one is never joined.
        return Protected(properties, "kafka-consume-broadcast", AutoOffsetReset.Error, enablePartitionEof: true);
    }

    /// <summary>Gives the configuration of a member of a consumer group.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="groupId">Kafka's <c>group.id</c>.</param>
    /// <param name="reset">Where a group without a position starts.</param>
    /// <param name="protocol">How it is a member, where the connection leaves it open.</param>
    public static ConsumerConfig ForGroup(
        KafkaConnection connection,
        string groupId,
        AutoOffsetReset reset = AutoOffsetReset.Error,
        GroupProtocol protocol = GroupProtocol.Classic)
    {
        var properties = Tuned(connection, KafkaPropertyScope.Group, ConsumerTuning);
        properties[KafkaPropertyTable.GroupProtocol] =
            KafkaPropertyRules.ProtocolOf(properties) ?? (protocol == GroupProtocol.Consumer ? "consumer" : "classic");

        // With the newer protocol the brokers decide both, and librdkafka refuses to be told.
        var classic = properties[KafkaPropertyTable.GroupProtocol] == "classic";
        if (classic)
        {
            var poll = Number(properties, "max.poll.interval.ms") ?? int.MaxValue;
            properties.TryAdd("session.timeout.ms", Math.Min(15_000, poll).ToString(CultureInfo.InvariantCulture));
        }

        var config = Protected(properties, groupId, reset, enablePartitionEof: false);
        config.PartitionAssignmentStrategy = classic ? PartitionAssignmentStrategy.CooperativeSticky : null;
        return config;
    }

    /// <summary>Gives the configuration of the client that asks for partitions and offsets.</summary>
    public static AdminClientConfig ForAdmin(KafkaConnection connection) =>
        new(Tuned(connection, KafkaPropertyScope.Client, ClientTuning));

    /// <summary>Gives the configuration of the client that writes dead letters.</summary>
    public static ProducerConfig ForDeadLetters(KafkaConnection connection)
    {
        var properties = Tuned(connection, KafkaPropertyScope.Client, ClientTuning);

        // An idempotent producer takes no more.
        if (Number(properties, "max.in.flight") > 5)
        {
            properties["max.in.flight"] = "5";
        }

        return new ProducerConfig(properties)
        {
            Acks = Acks.All,
            EnableIdempotence = true,

            // Where a key goes with the producers of Java.
            Partitioner = Partitioner.Murmur2Random,

            // How large a record may be is for the topic to say. One that took little room where it came from is to take little here.
            MessageMaxBytes = 1_000_000_000,
            CompressionType = CompressionType.Lz4,

            // What cannot be written is to be heard of soon. It is tried again.
            MessageTimeoutMs = 30_000,
            DeliveryReportFields = "none",
        };
    }

    private static Dictionary<string, string> Tuned(
        KafkaConnection connection, KafkaPropertyScope scope, ReadOnlySpan<(string Name, string Value)> tuning)
    {
        var properties = connection.Properties
            .Where(property => KafkaPropertyTable.Find(CanonicalName.Of(property.Key)) is not { } known || known.Scope <= scope)
            .ToDictionary(StringComparer.Ordinal);
        FitBackoffs(properties);
        foreach (var (name, value) in tuning)
        {
            properties.TryAdd(name, value);
        }

        return properties;
    }

    // One of the two alone may contradict our default of the other, which librdkafka would refuse.
    private static void FitBackoffs(Dictionary<string, string> properties)
    {
        if (Number(properties, "reconnect.backoff.ms") > 2000)
        {
            properties.TryAdd("reconnect.backoff.max.ms", properties["reconnect.backoff.ms"]);
        }

        if (Number(properties, "reconnect.backoff.max.ms") < 50)
        {
            properties.TryAdd("reconnect.backoff.ms", properties["reconnect.backoff.max.ms"]);
        }
    }

    private static ConsumerConfig Protected(Dictionary<string, string> properties, string groupId, AutoOffsetReset reset, bool enablePartitionEof) =>
        new(properties)
        {
            GroupId = groupId,
            AutoOffsetReset = reset,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = enablePartitionEof,
        };

    private static int? Number(Dictionary<string, string> properties, string name) =>
        properties.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
