namespace KafkaConsume.Yarp.Configuration;

/// <summary>The settings of a route with a group for each user.</summary>
internal static class UserSettingTable
{
    public static Setting UserClaim { get; } = new RouteSetting<string>(
        new TextFormat(), options => options.ConsumerGroupUserClaim,
        (draft, value) => draft.Options = draft.Options with { ConsumerGroupUserClaim = value })
    {
        Key = KafkaConsumeMetadata.ConsumerGroupUserClaim,
        DefaultNote = "the user's name, else `sub`",
        Example = "sub",
        Description = "The claim that tells users apart (`ConsumerGroup.Mode` `user`); name a unique one where two users may have the same name.",
    };

    public static Setting RequireUser { get; } = new RouteSetting<bool>(
        new BooleanFormat(), options => options.ConsumerGroupRequireUser,
        (draft, value) => draft.Options = draft.Options with { ConsumerGroupRequireUser = value })
    {
        Key = KafkaConsumeMetadata.ConsumerGroupRequireUser,
        Example = "true",
        Description = "Whether clients that have not logged in are refused, instead of sharing one group (`ConsumerGroup.Mode` `user`).",
    };

    public static Setting MaxUsers { get; } = new RouteSetting<int>(
        new IntegerFormat(1, 10_000), options => options.ConsumerGroupMaxUsers,
        (draft, value) => draft.Options = draft.Options with { ConsumerGroupMaxUsers = value })
    {
        Key = KafkaConsumeMetadata.ConsumerGroupMaxUsers,
        Example = "20",
        Description = "How many users' groups a gateway reads with at a time, each by a consumer with a thread; others get 429 (`ConsumerGroup.Mode` `user`).",
    };

    public static IReadOnlyList<Setting> All { get; } = [UserClaim, RequireUser, MaxUsers];
}
