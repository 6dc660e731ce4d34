namespace KafkaConsume.Yarp.Configuration;

/// <summary>The settings of a route that say how the gateway is a member of its group.</summary>
internal static class MembershipSettingTable
{
    public static Setting Protocol { get; } = new RouteSetting<KafkaGroupProtocol>(
        new ChoiceFormat<KafkaGroupProtocol>(
            ("auto", KafkaGroupProtocol.Auto), ("classic", KafkaGroupProtocol.Classic), ("consumer", KafkaGroupProtocol.Consumer)),
        options => options.ConsumerGroupProtocol,
        (draft, value) => draft.Options = draft.Options with { ConsumerGroupProtocol = value })
    {
        Key = KafkaConsumeMetadata.ConsumerGroupProtocol,
        Example = "classic",
        Description = "Who assigns partitions: the brokers (`consumer`, KIP-848), the group's members (`classic`), or the brokers where they can.",
    };

    public static Setting InstanceId { get; } = new RouteSetting<string>(
        new TextFormat(), options => options.ConsumerGroupInstanceId,
        (draft, value) => draft.Options = draft.Options with { ConsumerGroupInstanceId = value })
    {
        Key = KafkaConsumeMetadata.ConsumerGroupInstanceId,
        DefaultNote = "none: a new member at each start",
        Example = "gateway-1",
        Description = "A name that this replica keeps in the group over restarts, so that they move no partitions; each replica needs its own.",
    };

    public static IReadOnlyList<Setting> All { get; } = [Protocol, InstanceId];
}
