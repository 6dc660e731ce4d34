namespace KafkaConsume.Yarp;

/// <summary>
/// The metadata keys of a route. Keys are matched without regard to case and to <c>.</c>, <c>_</c> and <c>-</c>, so
/// <c>KafkaConsume.auto_offset_reset</c> is <see cref="AutoOffsetReset"/>. A route with any key that starts with
/// <c>KafkaConsume</c> is answered from Kafka. <c>docs/configuration.md</c> lists types, defaults and ranges.
/// </summary>
public static class KafkaConsumeMetadata
{
    /// <summary>What all keys start with.</summary>
    public const string Prefix = "KafkaConsume.";

    /// <summary>The topics to read: <see cref="KafkaRouteOptions.Topics"/>, separated by commas.</summary>
    public const string Topics = "KafkaConsume.Topics";

    /// <summary>The connection to read with: <see cref="KafkaRouteOptions.Connection"/>.</summary>
    public const string Connection = "KafkaConsume.Connection";

    /// <summary>The brokers to start from: <see cref="KafkaRouteOptions.BootstrapServers"/>.</summary>
    public const string BootstrapServers = "KafkaConsume.BootstrapServers";

    /// <summary>How the route answers: <see cref="KafkaRouteOptions.Mode"/>.</summary>
    public const string Mode = "KafkaConsume.Mode";

    /// <summary>Where reading starts without a position: <see cref="KafkaRouteOptions.AutoOffsetReset"/>.</summary>
    public const string AutoOffsetReset = "KafkaConsume.AutoOffsetReset";

    /// <summary>Kong's switch that makes <c>latest</c> mean latest. It always does here; <c>false</c> is answered with a warning.</summary>
    public const string EnforceLatestOffsetReset = "KafkaConsume.EnforceLatestOffsetReset";

    /// <summary>When a group's position moves: <see cref="KafkaRouteOptions.CommitStrategy"/>.</summary>
    public const string CommitStrategy = "KafkaConsume.CommitStrategy";

    /// <summary>How long a client may keep records: <see cref="KafkaRouteOptions.AckTimeout"/>, as <c>hh:mm:ss</c>.</summary>
    public const string AckTimeout = "KafkaConsume.AckTimeout";

    /// <summary><see cref="AckTimeout"/> in milliseconds.</summary>
    public const string AckTimeoutMs = "KafkaConsume.AckTimeoutMs";

    /// <summary>How often a record is handed out in vain: <see cref="KafkaRouteOptions.MaxDeliveries"/>.</summary>
    public const string MaxDeliveries = "KafkaConsume.MaxDeliveries";

    /// <summary>How long a record that clients refuse again waits: <see cref="KafkaRouteOptions.RedeliveryBackoff"/>, as <c>hh:mm:ss</c>.</summary>
    public const string RedeliveryBackoff = "KafkaConsume.RedeliveryBackoff";

    /// <summary><see cref="RedeliveryBackoff"/> in milliseconds.</summary>
    public const string RedeliveryBackoffMs = "KafkaConsume.RedeliveryBackoffMs";

    /// <summary>How long it waits at most: <see cref="KafkaRouteOptions.RedeliveryBackoffMax"/>, as <c>hh:mm:ss</c>.</summary>
    public const string RedeliveryBackoffMax = "KafkaConsume.RedeliveryBackoffMax";

    /// <summary><see cref="RedeliveryBackoffMax"/> in milliseconds.</summary>
    public const string RedeliveryBackoffMaxMs = "KafkaConsume.RedeliveryBackoffMaxMs";

    /// <summary>Whether records that are handed out in vain go to a topic: <see cref="KafkaRouteOptions.EnableDlq"/>.</summary>
    public const string EnableDlq = "KafkaConsume.EnableDlq";

    /// <summary>The topic that they go to: <see cref="KafkaRouteOptions.DlqTopic"/>.</summary>
    public const string DlqTopic = "KafkaConsume.DlqTopic";

    /// <summary>How many records clients may have: <see cref="KafkaRouteOptions.MaxInFlight"/>.</summary>
    public const string MaxInFlight = "KafkaConsume.MaxInFlight";

    /// <summary>How many bytes clients may have: <see cref="KafkaRouteOptions.MaxInFlightBytes"/>.</summary>
    public const string MaxInFlightBytes = "KafkaConsume.MaxInFlightBytes";

    /// <summary>Which consumer group the route reads with: <see cref="KafkaRouteOptions.ConsumerGroupMode"/>.</summary>
    public const string ConsumerGroupMode = "KafkaConsume.ConsumerGroup.Mode";

    /// <summary>The group's id: <see cref="KafkaRouteOptions.ConsumerGroupId"/>.</summary>
    public const string ConsumerGroupId = "KafkaConsume.ConsumerGroup.Id";

    /// <summary>The claim that tells users apart: <see cref="KafkaRouteOptions.ConsumerGroupUserClaim"/>.</summary>
    public const string ConsumerGroupUserClaim = "KafkaConsume.ConsumerGroup.UserClaim";

    /// <summary>Whether clients have to log in: <see cref="KafkaRouteOptions.ConsumerGroupRequireUser"/>.</summary>
    public const string ConsumerGroupRequireUser = "KafkaConsume.ConsumerGroup.RequireUser";

    /// <summary>How many users may have a group at a time: <see cref="KafkaRouteOptions.ConsumerGroupMaxUsers"/>.</summary>
    public const string ConsumerGroupMaxUsers = "KafkaConsume.ConsumerGroup.MaxUsers";

    /// <summary>How the gateway is a member of the group: <see cref="KafkaRouteOptions.ConsumerGroupProtocol"/>.</summary>
    public const string ConsumerGroupProtocol = "KafkaConsume.ConsumerGroup.Protocol";

    /// <summary>The gateway's name in the group: <see cref="KafkaRouteOptions.ConsumerGroupInstanceId"/>.</summary>
    public const string ConsumerGroupInstanceId = "KafkaConsume.ConsumerGroup.InstanceId";

    /// <summary>How streams share a group: <see cref="KafkaRouteOptions.ConsumerGroupDistribution"/>.</summary>
    public const string ConsumerGroupDistribution = "KafkaConsume.ConsumerGroup.Distribution";

    /// <summary>What lets records go to a WebSocket client: <see cref="KafkaRouteOptions.Flow"/>.</summary>
    public const string Flow = "KafkaConsume.Flow";

    /// <summary>Whether acknowledgements are answered on a WebSocket: <see cref="KafkaRouteOptions.AckReplies"/>.</summary>
    public const string AckReplies = "KafkaConsume.AckReplies";

    /// <summary>How a record's value becomes JSON: <see cref="KafkaRouteOptions.MessageDeserializer"/>.</summary>
    public const string MessageDeserializer = "KafkaConsume.MessageDeserializer";

    /// <summary>What clients get of a record: <see cref="KafkaRouteOptions.Format"/>.</summary>
    public const string Format = "KafkaConsume.Format";

    /// <summary>The most records of one answer: <see cref="KafkaRouteOptions.BatchMaxRecords"/>.</summary>
    public const string BatchMaxRecords = "KafkaConsume.BatchMaxRecords";

    /// <summary>About the most bytes of one answer: <see cref="KafkaRouteOptions.BatchMaxBytes"/>.</summary>
    public const string BatchMaxBytes = "KafkaConsume.BatchMaxBytes";

    /// <summary>How long a <c>GET</c> waits: <see cref="KafkaRouteOptions.MaxWait"/>, as <c>hh:mm:ss</c>.</summary>
    public const string MaxWait = "KafkaConsume.MaxWait";

    /// <summary><see cref="MaxWait"/> in milliseconds.</summary>
    public const string MaxWaitMs = "KafkaConsume.MaxWaitMs";

    /// <summary>The silence before a heartbeat: <see cref="KafkaRouteOptions.HeartbeatInterval"/>, as <c>hh:mm:ss</c>.</summary>
    public const string HeartbeatInterval = "KafkaConsume.HeartbeatInterval";

    /// <summary><see cref="HeartbeatInterval"/> in milliseconds.</summary>
    public const string HeartbeatIntervalMs = "KafkaConsume.HeartbeatIntervalMs";

    /// <summary>What becomes of streaming clients that cannot keep up: <see cref="KafkaRouteOptions.SlowClients"/>.</summary>
    public const string SlowClients = "KafkaConsume.SlowClients";

    /// <summary>Whether clients choose where to start: <see cref="KafkaRouteOptions.AllowSeek"/>.</summary>
    public const string AllowSeek = "KafkaConsume.AllowSeek";

    /// <summary>Whether problem details carry what Kafka said: <see cref="KafkaRouteOptions.ReturnErrorMessage"/>.</summary>
    public const string ReturnErrorMessage = "KafkaConsume.ErrorHandling.ReturnErrorMessage";

    /// <summary>What stands before the name of a librdkafka property: <see cref="KafkaRouteOptions.Config"/>.</summary>
    public const string ConfigPrefix = "KafkaConsume.Config.";
}
