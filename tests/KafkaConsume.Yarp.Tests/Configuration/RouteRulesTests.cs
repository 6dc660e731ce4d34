using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class RouteRulesTests
{
    [Theory]
    [InlineData("http-get", null, true, false)]
    [InlineData("http-get", "none", false, true)]
    [InlineData("http-get", "random", true, false)]
    [InlineData("server-sent-events", null, false, true)]
    [InlineData("websocket", "none", false, true)]
    [InlineData("auto", null, false, true)]
    [InlineData("auto", "random", true, false)]
    [InlineData("websocket", "random", true, false)]
    [InlineData("server-sent-events", "random", true, false)]
    public void Parse_Mode_DecidesGroupAndSeeking(string mode, string? group, bool hasGroup, bool seek)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["KafkaConsume.Topics"] = "t", ["KafkaConsume.Mode"] = mode };
        if (group is not null)
        {
            metadata["KafkaConsume.ConsumerGroup.Mode"] = group;
        }

        var route = RouteMetadataParser.Parse("r1", metadata).Route!;

        (route.GroupId is not null).Should().Be(hasGroup);
        route.AllowSeek.Should().Be(seek);
    }

    [Theory]
    [InlineData("http-get", "random", "KafkaConsume.Flow", "auto")]
    [InlineData("http-get", "random", "KafkaConsume.AckReplies", "false")]
    [InlineData("http-get", "random", "KafkaConsume.ConsumerGroup.Distribution", "partition")]
    [InlineData("ws", null, "KafkaConsume.ConsumerGroup.Distribution", "record")]
    [InlineData("auto", "none", "KafkaConsume.Flow", "permit")]
    public void Parse_SettingOfAGroupsStreamsWithoutThem_IsAnError(string mode, string? group, string key, string value)
    {
        Errors(("KafkaConsume.Mode", mode), ("KafkaConsume.ConsumerGroup.Mode", group), (key, value)).Should()
            .Equal($"Route 'r1': {key} does nothing here: it is for streams of a consumer group.");
        Errors(
            ("KafkaConsume.Mode", "auto"), ("KafkaConsume.ConsumerGroup.Mode", "random"), ("KafkaConsume.CommitStrategy", "off"), (key, value))
            .Should().BeEmpty();
    }

    [Theory]
    [InlineData("KafkaConsume.Flow", "permit")]
    [InlineData("KafkaConsume.AckReplies", "true")]
    public void Parse_FramesOfClientsOnAnEventStream_AreAnError(string key, string value)
    {
        Errors(("KafkaConsume.Mode", "sse"), ("KafkaConsume.ConsumerGroup.Mode", "random"), (key, value)).Should()
            .Equal($"Route 'r1': {key} does nothing on an event stream, which goes one way: it is for WebSockets.");
    }

    [Fact]
    public void Parse_RepliesToAcksThatAreNotTaken_AreAnError()
    {
        Errors(("KafkaConsume.Mode", "ws"), ("KafkaConsume.ConsumerGroup.Mode", "random"), ("KafkaConsume.AckReplies", "true")).Should()
            .Equal("Route 'r1': KafkaConsume.AckReplies does nothing unless clients say what is committed: "
                + "\"KafkaConsume.CommitStrategy\": \"client-acks\" or \"off\".");
    }

    [Theory]
    [InlineData("sse", "client-acks", true)]
    [InlineData("ws", "off", true)]
    [InlineData("auto", "client-acks", true)]
    [InlineData("ws", "auto", false)]
    [InlineData("http-get", "client-acks", false)]
    public void Parse_ValuesAloneOnAStreamWhoseClientsAcknowledge_IsAnError(string mode, string strategy, bool isError)
    {
        var errors = Errors(
            ("KafkaConsume.Mode", mode),
            ("KafkaConsume.ConsumerGroup.Mode", "random"),
            ("KafkaConsume.CommitStrategy", strategy),
            ("KafkaConsume.Format", "value"));

        errors.Should().HaveCount(isError ? 1 : 0);
        errors.All(error => error.Contains("could not name the records")).Should().BeTrue();
    }

    [Fact]
    public void Parse_SlowClientsOfAGroup_IsAnError()
    {
        Errors(("KafkaConsume.Mode", "ws"), ("KafkaConsume.ConsumerGroup.Mode", "random"), ("KafkaConsume.SlowClients", "disconnect")).Should()
            .Equal("Route 'r1': KafkaConsume.SlowClients does nothing with a consumer group: what its clients do not take waits for them in Kafka.");
    }

    [Fact]
    public void Parse_ManualWithoutId_IsAnError()
    {
        Errors(("KafkaConsume.consumer_group.mode", "manual")).Should()
            .Equal("Route 'r1': KafkaConsume.ConsumerGroup.Id is missing: KafkaConsume.consumer_group.mode = 'manual' needs the group's id, "
                + "\"KafkaConsume.ConsumerGroup.Id\": \"billing\".");
    }

    [Theory]
    [InlineData(null, "random")]
    [InlineData("random", "random")]
    [InlineData("none", "none")]
    public void Parse_IdWithoutManual_IsAnError(string? mode, string shown)
    {
        Errors(("KafkaConsume.ConsumerGroup.Id", "billing"), ("KafkaConsume.ConsumerGroup.Mode", mode)).Should()
            .Equal($"Route 'r1': KafkaConsume.ConsumerGroup.Id is only for KafkaConsume.ConsumerGroup.Mode = 'manual' or 'user', and here it is '{shown}'.");
    }

    [Theory]
    [InlineData("http-get", "none", "auto")]
    [InlineData("http-get", "none", "off")]
    [InlineData("sse", null, "off")]
    public void Parse_CommitStrategyWithoutGroup_IsAnError(string mode, string? group, string strategy)
    {
        Errors(("KafkaConsume.Mode", mode), ("KafkaConsume.ConsumerGroup.Mode", group), ("KafkaConsume.CommitStrategy", strategy)).Should()
            .Equal("Route 'r1': KafkaConsume.CommitStrategy does nothing without a consumer group: a client keeps its own position.");
    }

    [Theory]
    [InlineData("KafkaConsume.AckTimeout", "00:00:10")]
    [InlineData("KafkaConsume.AckTimeoutMs", "10000")]
    [InlineData("KafkaConsume.MaxDeliveries", "3")]
    [InlineData("KafkaConsume.RedeliveryBackoff", "00:00:05")]
    [InlineData("KafkaConsume.RedeliveryBackoffMaxMs", "60000")]
    [InlineData("KafkaConsume.MaxInFlight", "10")]
    [InlineData("KafkaConsume.MaxInFlightBytes", "10")]
    public void Parse_SettingOfAcksWithoutAcks_IsAnError(string key, string value)
    {
        foreach (var strategy in (string?[])[null, "auto", "off"])
        {
            Errors((key, value), ("KafkaConsume.CommitStrategy", strategy)).Should()
                .Equal($"Route 'r1': {key} does nothing unless clients acknowledge: \"KafkaConsume.CommitStrategy\": \"client-acks\".");
        }

        Errors((key, value), ("KafkaConsume.CommitStrategy", "client-acks")).Should().BeEmpty();
        Errors((key, value), ("KafkaConsume.commit_strategy", "client_acks")).Should().BeEmpty();
    }

    [Fact]
    public void Parse_DeadLettersWithoutAcks_AreAnErrorUnlessTheyAreOff()
    {
        Errors(("KafkaConsume.EnableDlq", "true"), ("KafkaConsume.DlqTopic", "dead")).Should().Equal(
            "Route 'r1': KafkaConsume.EnableDlq does nothing unless clients acknowledge: \"KafkaConsume.CommitStrategy\": \"client-acks\".",
            "Route 'r1': KafkaConsume.DlqTopic does nothing unless clients acknowledge: \"KafkaConsume.CommitStrategy\": \"client-acks\".");
        Errors(("KafkaConsume.enable_dlq", "false")).Should().BeEmpty("a route of Kong's may say so");
    }

    [Theory]
    [InlineData("true", "dead", null, null)]
    [InlineData("false", null, null, null)]
    [InlineData("true", null, null, "KafkaConsume.DlqTopic is missing: KafkaConsume.EnableDlq = 'true' needs the topic for dead letters")]
    [InlineData(null, "dead", null, "KafkaConsume.DlqTopic does nothing without \"KafkaConsume.EnableDlq\": \"true\".")]
    [InlineData("true", "t", null, "KafkaConsume.DlqTopic = 't' is one of the route's own topics")]
    [InlineData("true", "dead", "0", "KafkaConsume.EnableDlq = 'true' does nothing with KafkaConsume.MaxDeliveries = '0'")]
    [InlineData("true", "a b", null, "KafkaConsume.DlqTopic = 'a b' names the topic 'a b': Kafka allows")]
    [InlineData("true", "^dead.*", null, "KafkaConsume.DlqTopic = '^dead.*' names the pattern")]
    [InlineData("true", "", null, "KafkaConsume.DlqTopic = '' must name a topic.")]
    public void Parse_DeadLetters_NeedATopicOfTheirOwn(string? enable, string? topic, string? maxDeliveries, string? error)
    {
        var errors = Errors(
            ("KafkaConsume.CommitStrategy", "client-acks"),
            ("KafkaConsume.EnableDlq", enable),
            ("KafkaConsume.DlqTopic", topic),
            ("KafkaConsume.MaxDeliveries", maxDeliveries));

        if (error is null)
        {
            errors.Should().BeEmpty();
        }
        else
        {
            errors.Should().ContainSingle().Which.Should().StartWith($"Route 'r1': {error}");
        }
    }

    [Fact]
    public void Parse_BackoffLongerThanItsLongest_IsAnError()
    {
        Errors(("KafkaConsume.CommitStrategy", "client-acks"), ("KafkaConsume.RedeliveryBackoff", "00:01:00")).Should()
            .Equal("Route 'r1': KafkaConsume.RedeliveryBackoff must not be longer than KafkaConsume.RedeliveryBackoffMax, which is 00:00:30.");
    }

    [Fact]
    public void Parse_SeekingInAGroup_IsAnError()
    {
        Errors(("KafkaConsume.AllowSeek", "true")).Should().ContainSingle()
            .Which.Should().Contain("KafkaConsume.AllowSeek = 'true' does not go with a consumer group");
        Errors(("KafkaConsume.AllowSeek", "true"), ("KafkaConsume.ConsumerGroup.Mode", "none")).Should().BeEmpty();
        Errors(("KafkaConsume.AllowSeek", "true"), ("KafkaConsume.Mode", "sse")).Should().BeEmpty();
    }

    [Fact]
    public void Parse_HeartbeatOnHttpGet_IsAnError()
    {
        Errors(("KafkaConsume.HeartbeatInterval", "00:00:20")).Should()
            .Equal("Route 'r1': KafkaConsume.HeartbeatInterval does nothing on an http-get route: only streams send heartbeats.");
        Errors(("KafkaConsume.HeartbeatInterval", "00:00:20"), ("KafkaConsume.Mode", "auto")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("KafkaConsume.BatchMaxRecords", "10")]
    [InlineData("KafkaConsume.BatchMaxBytes", "10")]
    [InlineData("KafkaConsume.MaxWait", "00:00:01")]
    [InlineData("KafkaConsume.MaxWaitMs", "1000")]
    public void Parse_BatchSettingOnAStream_IsAnError(string key, string value)
    {
        foreach (var mode in (string[])["sse", "ws"])
        {
            Errors((key, value), ("KafkaConsume.Mode", mode)).Should()
                .Equal($"Route 'r1': {key} does nothing on a stream: it is for the batches of http-get and auto.");
        }

        Errors((key, value), ("KafkaConsume.Mode", "auto")).Should().BeEmpty();
    }

    [Fact]
    public void Parse_GroupPropertyWithoutGroup_IsAnError()
    {
        Errors(("KafkaConsume.Config.session.timeout.ms", "6000"), ("KafkaConsume.Mode", "sse")).Should()
            .Equal("Route 'r1': KafkaConsume.Config.session.timeout.ms does nothing without a consumer group.");
        Errors(("KafkaConsume.Config.session.timeout.ms", "6000")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("KafkaConsume.ConsumerGroup.UserClaim", "sub")]
    [InlineData("KafkaConsume.ConsumerGroup.RequireUser", "true")]
    [InlineData("KafkaConsume.ConsumerGroup.MaxUsers", "10")]
    public void Parse_SettingOfUsersWithoutUsers_IsAnError(string key, string value)
    {
        foreach (var mode in (string?[])[null, "none", "random"])
        {
            Errors((key, value), ("KafkaConsume.ConsumerGroup.Mode", mode)).Should()
                .Equal($"Route 'r1': {key} is only for KafkaConsume.ConsumerGroup.Mode = 'user'.");
        }

        Errors((key, value), ("KafkaConsume.ConsumerGroup.Mode", "user")).Should().BeEmpty();
        Errors((key, value), ("KafkaConsume.ConsumerGroup.Mode", "kong_consumer"), ("KafkaConsume.ConsumerGroup.Id", "prefix")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("KafkaConsume.ConsumerGroup.Protocol", "classic")]
    [InlineData("KafkaConsume.ConsumerGroup.InstanceId", "gateway-1")]
    public void Parse_MembershipWithoutGroup_IsAnError(string key, string value)
    {
        Errors((key, value), ("KafkaConsume.Mode", "sse")).Should().Equal($"Route 'r1': {key} does nothing without a consumer group.");
        Errors((key, value)).Should().BeEmpty();
    }

    [Fact]
    public void Parse_ProtocolTwice_NamesBothSpellings()
    {
        Errors(("KafkaConsume.ConsumerGroup.Protocol", "classic"), ("KafkaConsume.Config.group.protocol", "consumer")).Should().Equal(
            "Route 'r1': KafkaConsume.ConsumerGroup.Protocol and KafkaConsume.Config.group.protocol are the same setting: keep one of them.");
        Errors(("KafkaConsume.ConsumerGroup.Protocol", "auto"), ("KafkaConsume.Config.group.protocol", "consumer")).Should().BeEmpty();
    }

    [Fact]
    public void Parse_EnforceLatestFalse_WarnsAndLatestStaysLatest()
    {
        var result = Parse(("KafkaConsume.enforce_latest_offset_reset", "False"));

        result.Errors.Should().BeEmpty();
        result.Route!.Options.AutoOffsetReset.Should().Be(KafkaAutoOffsetReset.Latest);
        result.Warnings.Should().ContainSingle().Which.Should()
            .StartWith("Route 'r1': KafkaConsume.enforce_latest_offset_reset = 'false' changes nothing")
            .And.Contain("\"KafkaConsume.AutoOffsetReset\": \"earliest\"");
    }

    [Theory]
    [InlineData("true", "latest")]
    [InlineData("false", "earliest")]
    public void Parse_EnforceLatestThatChangesNothing_IsQuiet(string enforce, string reset)
    {
        Parse(("KafkaConsume.EnforceLatestOffsetReset", enforce), ("KafkaConsume.AutoOffsetReset", reset)).Warnings.Should().BeEmpty();
    }

    [Fact]
    public void Parse_UnreadableMode_ConcludesNothingFromTheDefault()
    {
        Errors(
            ("KafkaConsume.Mode", "webscoket"),
            ("KafkaConsume.HeartbeatInterval", "00:00:20"),
            ("KafkaConsume.AllowSeek", "true")).Should().ContainSingle().Which.Should().Contain("Did you mean 'websocket'?");
    }

    [Fact]
    public void Parse_UnreadableGroupMode_ConcludesNothingFromTheDefault()
    {
        Errors(("KafkaConsume.ConsumerGroup.Mode", "manul"), ("KafkaConsume.ConsumerGroup.Id", "billing")).Should().ContainSingle()
            .Which.Should().Contain("Did you mean 'manual'?");
    }

    private static IReadOnlyList<string> Errors(params (string Key, string? Value)[] metadata) => Parse(metadata).Errors;

    private static RouteMetadataResult Parse(params (string Key, string? Value)[] metadata) => RouteMetadataParser.Parse(
        "r1",
        metadata.Append(("KafkaConsume.Topics", "t")).Where(entry => entry.Item2 is not null)
            .ToDictionary(entry => entry.Item1, entry => entry.Item2!, StringComparer.Ordinal));
}
