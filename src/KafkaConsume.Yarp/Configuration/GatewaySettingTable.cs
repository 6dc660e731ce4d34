namespace KafkaConsume.Yarp.Configuration;

/// <summary>All options for the whole gateway, as the section <c>KafkaConsume</c> may have them.</summary>
internal static class GatewaySettingTable
{
    public static IReadOnlyList<GatewaySetting> All { get; } =
    [
        new GatewaySetting<TimeSpan>(
            new DurationFormat(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            options => options.ConsumerIdleTimeout, (options, value) => options.ConsumerIdleTimeout = value)
        {
            Name = nameof(KafkaConsumeOptions.ConsumerIdleTimeout),
            Description = "How long a Kafka consumer is kept after its last client has gone.",
        },
        new GatewaySetting<int>(
            new IntegerFormat(64 * 1024, 1024 * 1024 * 1024),
            options => options.Tail.MaxBytes, (options, value) => options.Tail.MaxBytes = value)
        {
            Name = "Tail:MaxBytes",
            Description = "How many bytes of a topic's tail are kept in memory for each source and wire format.",
        },
        new GatewaySetting<TimeSpan>(
            new DurationFormat(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            options => options.Tail.MaxAge, (options, value) => options.Tail.MaxAge = value)
        {
            Name = "Tail:MaxAge",
            Description = "How long a record is kept in memory; clients that are further behind read from Kafka.",
        },
        new GatewaySetting<int>(
            new IntegerFormat(1024 * 1024, int.MaxValue),
            options => options.Tail.TotalMaxBytes, (options, value) => options.Tail.TotalMaxBytes = value)
        {
            Name = "Tail:TotalMaxBytes",
            Description = "How many bytes all tails, and what clients share of the past, may take together; the oldest goes first.",
        },
        new GatewaySetting<int>(
            new IntegerFormat(1, 64), options => options.CatchUpConsumers, (options, value) => options.CatchUpConsumers = value)
        {
            Name = nameof(KafkaConsumeOptions.CatchUpConsumers),
            Description = "How many Kafka consumers may read for clients that are behind the tail, on each connection.",
        },
        new GatewaySetting<TimeSpan>(
            new DurationFormat(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            options => options.WriteTimeout, (options, value) => options.WriteTimeout = value)
        {
            Name = nameof(KafkaConsumeOptions.WriteTimeout),
            Description = "How long one write to a client may take before its connection is cut.",
        },
        new GatewaySetting<TimeSpan>(
            new DurationFormat(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            options => options.KafkaTimeout, (options, value) => options.KafkaTimeout = value)
        {
            Name = nameof(KafkaConsumeOptions.KafkaTimeout),
            Description = "How long a request waits for Kafka before it is answered with 503; streams open and wait on.",
        },
        new GatewaySetting<TimeSpan>(
            new DurationFormat(TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            options => options.ShutdownTimeout, (options, value) => options.ShutdownTimeout = value)
        {
            Name = nameof(KafkaConsumeOptions.ShutdownTimeout),
            Description = "How long a gateway that stops waits for clients to acknowledge the records that they have, before it leaves its groups.",
        },
        new GatewaySetting<string>(
            new TokenFormat(), options => options.InstanceName, (options, value) => options.InstanceName = value)
        {
            Name = nameof(KafkaConsumeOptions.InstanceName),
            DefaultNote = "eight random digits at each start",
            Description = "This replica's name, which clients of groups get as `KafkaConsume-Owner`.",
        },
        new GatewaySetting<string>(
            new TokenFormat(), options => options.OwnerCookie, (options, value) => options.OwnerCookie = value)
        {
            Name = nameof(KafkaConsumeOptions.OwnerCookie),
            DefaultNote = "no cookie",
            Description = "The cookie that carries the same name, [for a load balancer to go by](delivery.md#replicas-and-load-balancers).",
        },
    ];
}
