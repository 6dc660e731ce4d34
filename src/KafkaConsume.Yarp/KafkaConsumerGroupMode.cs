namespace KafkaConsume.Yarp;

/// <summary>Which consumer group a route reads with. Kong calls this setting <c>consumer_group.mode</c>.</summary>
public enum KafkaConsumerGroupMode
{
    /// <summary>
    /// No group: every client sees every record and keeps its own position in a cursor (broadcast). The default of
    /// <see cref="KafkaConsumeMode.ServerSentEvents"/>, <see cref="KafkaConsumeMode.WebSocket"/> and <see cref="KafkaConsumeMode.Auto"/>.
    /// </summary>
    None,

    /// <summary>
    /// A group id made from the route's id and topics, the same on every replica of the gateway. The clients of the route share
    /// the records. The default of <see cref="KafkaConsumeMode.HttpGet"/>.
    /// </summary>
    Random,

    /// <summary>The group named by <see cref="KafkaRouteOptions.ConsumerGroupId"/>.</summary>
    Manual,

    /// <summary>
    /// A group for each user who has logged in: all of a user's clients share the records, and each user gets every one. Kong calls this
    /// <c>kong_consumer</c>.
    /// </summary>
    User,
}
