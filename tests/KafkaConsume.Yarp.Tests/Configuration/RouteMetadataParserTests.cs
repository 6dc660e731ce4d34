using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class RouteMetadataParserTests
{
    [Fact]
    public void Parse_TopicsAlone_GivesDefaults()
    {
        var route = Parse(("KafkaConsume.Topics", "orders")).Route!;

        route.RouteId.Should().Be("r1");
        route.Options.Should().BeEquivalentTo(new KafkaRouteOptions { Topics = ["orders"] });
        route.Topics.Should().Equal("orders");
        route.AllowSeek.Should().BeFalse("a group's position is Kafka's");
        route.GroupId.Should().MatchRegex("^kafka-consume\\.[0-9a-f]{16}$");
    }

    [Fact]
    public void Parse_MetadataOfOthers_IsLeftAlone()
    {
        var result = Parse(("KafkaConsume.Topics", "orders"), ("Kafka", null), ("Feature.Setting", null));

        result.Errors.Should().BeEmpty();
        result.Route.Should().NotBeNull();
    }

    [Fact]
    public void Parse_AllSettingsOfAGroup_AreRead()
    {
        var result = Parse(
            ("KafkaConsume.Topics", " orders , payments "),
            ("KafkaConsume.Connection", "eu"),
            ("KafkaConsume.BootstrapServers", "b1:9092, [::1]:9093"),
            ("KafkaConsume.Mode", "http-get"),
            ("KafkaConsume.AutoOffsetReset", "earliest"),
            ("KafkaConsume.EnforceLatestOffsetReset", "True"),
            ("KafkaConsume.CommitStrategy", "client-acks"),
            ("KafkaConsume.AckTimeoutMs", "45000"),
            ("KafkaConsume.MaxDeliveries", "0"),
            ("KafkaConsume.MaxInFlight", "8"),
            ("KafkaConsume.MaxInFlightBytes", "9"),
            ("KafkaConsume.ConsumerGroup.Mode", "manual"),
            ("KafkaConsume.ConsumerGroup.Id", "billing"),
            ("KafkaConsume.MessageDeserializer", "json"),
            ("KafkaConsume.Format", "value"),
            ("KafkaConsume.BatchMaxRecords", "7"),
            ("KafkaConsume.BatchMaxBytes", "1024"),
            ("KafkaConsume.MaxWait", "00:00:01.5"),
            ("KafkaConsume.AllowSeek", "false"),
            ("KafkaConsume.ErrorHandling.ReturnErrorMessage", "true"),
            ("KafkaConsume.Config.fetch.min.bytes", "10"),
            ("KafkaConsume.Config.session.timeout.ms", "6000"));

        result.Errors.Should().BeEmpty();
        result.Warnings.Should().BeEmpty();
        result.Route!.GroupId.Should().Be("billing");
        result.Route.Options.Should().BeEquivalentTo(new KafkaRouteOptions
        {
            Topics = ["orders", "payments"],
            Connection = "eu",
            BootstrapServers = "b1:9092,[::1]:9093",
            AutoOffsetReset = KafkaAutoOffsetReset.Earliest,
            CommitStrategy = KafkaCommitStrategy.ClientAcks,
            AckTimeout = TimeSpan.FromSeconds(45),
            MaxDeliveries = 0,
            MaxInFlight = 8,
            MaxInFlightBytes = 9,
            ConsumerGroupMode = KafkaConsumerGroupMode.Manual,
            ConsumerGroupId = "billing",
            MessageDeserializer = KafkaMessageDeserializer.Json,
            Format = KafkaRecordFormat.Value,
            BatchMaxRecords = 7,
            BatchMaxBytes = 1024,
            MaxWait = TimeSpan.FromSeconds(1.5),
            AllowSeek = false,
            ReturnErrorMessage = true,
            Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["fetch.min.bytes"] = "10", ["session.timeout.ms"] = "6000" },
        });
    }

    [Fact]
    public void Parse_SettingsOfAGroupsStreams_AreRead()
    {
        var result = Parse(
            ("KafkaConsume.Topics", "orders"),
            ("KafkaConsume.Mode", "websocket"),
            ("KafkaConsume.ConsumerGroup.Mode", "random"),
            ("KafkaConsume.consumer_group.distribution", "Record"),
            ("KafkaConsume.CommitStrategy", "client-acks"),
            ("KafkaConsume.Flow", "permit"),
            ("KafkaConsume.AckReplies", "true"));

        result.Errors.Should().BeEmpty();
        result.Route!.GroupId.Should().NotBeNull();
        result.Route.Options.Should().BeEquivalentTo(new KafkaRouteOptions
        {
            Topics = ["orders"],
            Mode = KafkaConsumeMode.WebSocket,
            CommitStrategy = KafkaCommitStrategy.ClientAcks,
            ConsumerGroupMode = KafkaConsumerGroupMode.Random,
            ConsumerGroupDistribution = KafkaGroupDistribution.Record,
            Flow = KafkaStreamFlow.Permit,
            AckReplies = true,
        });
    }

    [Theory]
    [InlineData("http-get", KafkaConsumeMode.HttpGet)]
    [InlineData("get", KafkaConsumeMode.HttpGet)]
    [InlineData("http", KafkaConsumeMode.HttpGet)]
    [InlineData("HttpGet", KafkaConsumeMode.HttpGet)]
    [InlineData("server-sent-events", KafkaConsumeMode.ServerSentEvents)]
    [InlineData("sse", KafkaConsumeMode.ServerSentEvents)]
    [InlineData("websocket", KafkaConsumeMode.WebSocket)]
    [InlineData("ws", KafkaConsumeMode.WebSocket)]
    [InlineData("AUTO", KafkaConsumeMode.Auto)]
    public void Parse_Mode_AcceptsNamesAndAliases(string value, KafkaConsumeMode mode)
    {
        var result = Parse(("KafkaConsume.Topics", "t"), ("KafkaConsume.Mode", value));

        result.Errors.Should().BeEmpty();
        result.Route!.Options.Mode.Should().Be(mode);
    }

    [Theory]
    [InlineData("KafkaConsume.auto_offset_reset")]
    [InlineData("KafkaConsume_AutoOffsetReset")]
    [InlineData("KAFKACONSUME_AUTO_OFFSET_RESET")]
    [InlineData("kafka-consume.auto-offset-reset")]
    public void Parse_KeyInAnySpelling_IsTheSameSetting(string key)
    {
        var result = Parse(("KafkaConsume.Topics", "t"), (key, "earliest"));

        result.Errors.Should().BeEmpty();
        result.Route!.Options.AutoOffsetReset.Should().Be(KafkaAutoOffsetReset.Earliest);
    }

    [Fact]
    public void Parse_KongSpellings_Work()
    {
        var result = Parse(
            ("KafkaConsume.topics", "t"),
            ("KafkaConsume.bootstrap_servers", "b:9092"),
            ("KafkaConsume.commit_strategy", "off"),
            ("KafkaConsume.message_deserializer", "json"),
            ("KafkaConsume.consumer_group.mode", "manual"),
            ("KafkaConsume.consumer_group.consumer_group_id", "billing"),
            ("KafkaConsume.error_handling.return_error_message", "True"));

        result.Errors.Should().BeEmpty();
        result.Route!.GroupId.Should().Be("billing");
        result.Route.Options.ReturnErrorMessage.Should().BeTrue();
    }

    [Theory]
    [InlineData("broker:9092")]
    [InlineData("my_kafka-0.svc.cluster.local:9092,10.0.0.1:65535")]
    [InlineData("[2001:db8::1]:1")]
    public void Parse_BrokersAsTheyAreNamed_AreAccepted(string brokers)
    {
        Parse(("KafkaConsume.Topics", "t"), ("KafkaConsume.BootstrapServers", brokers)).Route!.Options.BootstrapServers.Should().Be(brokers);
    }

    [Theory]
    [InlineData("KafkaConsume.MaxWaitMs", "250")]
    [InlineData("KafkaConsume.max_wait_ms", " 250 ")]
    [InlineData("KafkaConsume.MaxWait", "00:00:00.250")]
    [InlineData("KafkaConsume.MaxWait", "0:00:00.25")]
    public void Parse_Duration_AcceptsBothForms(string key, string value)
    {
        var result = Parse(("KafkaConsume.Topics", "t"), (key, value));

        result.Errors.Should().BeEmpty();
        result.Route!.Options.MaxWait.Should().Be(TimeSpan.FromMilliseconds(250));
    }

    [Theory]
    [InlineData("KafkaConsume.MaxWait", "30")]
    [InlineData("KafkaConsume.MaxWait", "00:30")]
    [InlineData("KafkaConsume.MaxWait", "00:05:01")]
    [InlineData("KafkaConsume.MaxWait", "-00:00:01")]
    [InlineData("KafkaConsume.MaxWaitMs", "300001")]
    [InlineData("KafkaConsume.MaxWaitMs", "00:00:10")]
    [InlineData("KafkaConsume.BatchMaxRecords", "0")]
    [InlineData("KafkaConsume.BatchMaxRecords", "100001")]
    [InlineData("KafkaConsume.BatchMaxRecords", "1e3")]
    [InlineData("KafkaConsume.BatchMaxRecords", "99999999999")]
    [InlineData("KafkaConsume.BatchMaxBytes", "67108865")]
    [InlineData("KafkaConsume.BatchMaxBytes", "")]
    [InlineData("KafkaConsume.AllowSeek", "yes")]
    [InlineData("KafkaConsume.ErrorHandling.ReturnErrorMessage", "maybe")]
    [InlineData("KafkaConsume.EnforceLatestOffsetReset", "x")]
    [InlineData("KafkaConsume.AutoOffsetReset", "error")]
    [InlineData("KafkaConsume.CommitStrategy", "acks")]
    [InlineData("KafkaConsume.AckTimeout", "00:00:00.5")]
    [InlineData("KafkaConsume.AckTimeout", "30")]
    [InlineData("KafkaConsume.MaxDeliveries", "-1")]
    [InlineData("KafkaConsume.MaxDeliveries", "1001")]
    [InlineData("KafkaConsume.MaxInFlight", "0")]
    [InlineData("KafkaConsume.MaxInFlight", "100001")]
    [InlineData("KafkaConsume.MaxInFlightBytes", "0")]
    [InlineData("KafkaConsume.ConsumerGroup.Mode", "consumer")]
    [InlineData("KafkaConsume.MessageDeserializer", "avro")]
    [InlineData("KafkaConsume.Format", "cloudevents")]
    [InlineData("KafkaConsume.Connection", " ")]
    [InlineData("KafkaConsume.BootstrapServers", "broker")]
    [InlineData("KafkaConsume.BootstrapServers", "broker:0")]
    [InlineData("KafkaConsume.BootstrapServers", "broker:65536")]
    [InlineData("KafkaConsume.BootstrapServers", "broker:9092,")]
    [InlineData("KafkaConsume.BootstrapServers", "PLAINTEXT://broker:9092")]
    [InlineData("KafkaConsume.BootstrapServers", "::1:9092")]
    [InlineData("KafkaConsume.BootstrapServers", "a b:9092")]
    [InlineData("KafkaConsume.Config.fetch.min.bytes", "0")]
    [InlineData("KafkaConsume.Config.fetch.min.bytes", "ten")]
    [InlineData("KafkaConsume.Config.isolation.level", "serializable")]
    [InlineData("KafkaConsume.Config.client.id", "")]
    public void Parse_ValueOutsideWhatIsAccepted_NamesRouteKeyValueAndAccepted(string key, string value)
    {
        var result = Parse(("KafkaConsume.Topics", "t"), (key, value));

        result.Route.Should().BeNull();
        result.Errors.Should().ContainSingle().Which.Should()
            .StartWith($"Route 'r1': {key} = '{value}' must be ").And.EndWith(".");
    }

    [Fact]
    public void Parse_HeartbeatOutOfRange_IsAnError()
    {
        Errors(("KafkaConsume.Topics", "t"), ("KafkaConsume.Mode", "sse"), ("KafkaConsume.HeartbeatIntervalMs", "999"))
            .Should().Equal("Route 'r1': KafkaConsume.HeartbeatIntervalMs = '999' must be an integer from 1000 to 600000 milliseconds.");
    }

    [Fact]
    public void Parse_MistypedValue_SaysWhatWasMeant()
    {
        Errors(("KafkaConsume.Topics", "t"), ("KafkaConsume.Mode", "sever-sent-events")).Should().Equal(
            "Route 'r1': KafkaConsume.Mode = 'sever-sent-events' must be one of http-get (or get, http), server-sent-events (or sse), "
            + "websocket (or ws), auto. Did you mean 'server-sent-events'?");
    }

    [Theory]
    [InlineData("KafkaConsume.Topcis", "KafkaConsume.Topics")]
    [InlineData("KafkaConsume.auto_ofset_reset", "KafkaConsume.AutoOffsetReset")]
    [InlineData("KafkaConsume.ConsumerGroup.Mod", "KafkaConsume.ConsumerGroup.Mode")]
    [InlineData("KafkaConsumer.Mode", "KafkaConsume.Mode")]
    [InlineData("KafkaConsume.Config.fetch.min.byte", "KafkaConsume.Config.fetch.min.bytes")]
    [InlineData("KafkaConsume_Config_FetchWaitMaxM", "KafkaConsume.Config.fetch.wait.max.ms")]
    public void Parse_MistypedKey_SaysWhatWasMeant(string key, string meant)
    {
        Errors(("KafkaConsume.Topics", "t"), (key, "x")).Should().ContainSingle()
            .Which.Should().StartWith($"Route 'r1': {key} is not ").And.EndWith($"Did you mean '{meant}'?");
    }

    [Theory]
    [InlineData("KafkaConsume.Frobnicate")]
    [InlineData("KafkaConsume")]
    [InlineData("KafkaConsume.")]
    [InlineData("KafkaConsume.Config")]
    public void Parse_UnknownKeyNearNothing_SuggestsNothing(string key)
    {
        Errors(("KafkaConsume.Topics", "t"), (key, "x")).Should().Equal($"Route 'r1': {key} is not a known key.");
    }

    [Theory]
    [InlineData("KafkaConsume.authentication.password")]
    [InlineData("KafkaConsume.Authentication.Mechanism")]
    [InlineData("KafkaConsume.security.ssl_verify")]
    public void Parse_KongSecurity_SendsToANamedConnectionWithoutShowingTheValue(string key)
    {
        Errors(("KafkaConsume.Topics", "t"), (key, "hunter2")).Should().ContainSingle()
            .Which.Should().StartWith($"Route 'r1': {key} is not a known key.")
            .And.Contain("named connection").And.Contain("KafkaConsume:Connections:<name>:Config").And.NotContain("hunter2");
    }

    [Theory]
    [InlineData("KafkaConsume.schema_registry.confluent.url")]
    [InlineData("KafkaConsume.message_by_lua_functions")]
    [InlineData("KafkaConsume.cluster_name")]
    public void Parse_KongSettingWithoutCounterpart_IsAnUnknownKey(string key)
    {
        Errors(("KafkaConsume.Topics", "t"), (key, "x")).Should().ContainSingle()
            .Which.Should().StartWith($"Route 'r1': {key} is not a known key.").And.Contain("no counterpart");
    }

    [Theory]
    [InlineData("KafkaConsume.Mode", "KafkaConsume.mode")]
    [InlineData("KafkaConsume.MaxWait", "KafkaConsume.MaxWaitMs")]
    [InlineData("KafkaConsume.ConsumerGroup.Id", "KafkaConsume.consumer_group.consumer_group_id")]
    public void Parse_SettingTwice_NamesBothSpellings(string one, string other)
    {
        Errors(("KafkaConsume.Topics", "t"), (one, "x"), (other, "y")).Should()
            .Contain($"Route 'r1': {one} and {other} are the same setting: keep one of them.");
    }

    [Fact]
    public void Parse_PropertyTwice_NamesBothSpellings()
    {
        Errors(("KafkaConsume.Topics", "t"), ("KafkaConsume.Config.FetchMinBytes", "1"), ("KafkaConsume.Config.fetch.min.bytes", "2")).Should()
            .Equal("Route 'r1': KafkaConsume.Config.FetchMinBytes and KafkaConsume.Config.fetch.min.bytes are the same property: keep one of them.");
    }

    [Theory]
    [InlineData("KafkaConsume", "\"KafkaConsume.ConsumerGroup.Mode\": \"manual\"")]
    [InlineData("KafkaConsume.Mode", "\"KafkaConsume.Mode\": \"server-sent-events\"")]
    [InlineData("KafkaConsume.ConsumerGroup", "\"KafkaConsume.ConsumerGroup.Mode\": \"none\"")]
    [InlineData("KafkaConsume.error_handling", "\"KafkaConsume.ErrorHandling.ReturnErrorMessage\": \"true\"")]
    [InlineData("KafkaConsume.Config", "\"KafkaConsume.Config.fetch.min.bytes\": \"1\"")]
    [InlineData("KafkaConsume.Config.fetch", "\"KafkaConsume.Config.fetch.min.bytes\": \"1\"")]
    public void Parse_KeyWithoutValue_SaysThatMetadataIsFlatAndWhatToWrite(string key, string example)
    {
        Errors(("KafkaConsume.Topics", "t"), (key, null)).Should().ContainSingle()
            .Which.Should().StartWith($"Route 'r1': {key} has no value. Metadata is flat").And.EndWith($"Write {example}.");
    }

    [Fact]
    public void Parse_EverythingNested_DoesNotComplainAboutTopicsToo()
    {
        Errors(("KafkaConsume", null)).Should().ContainSingle().Which.Should().Contain("Metadata is flat");
    }

    [Fact]
    public void Parse_NoTopics_IsAnError()
    {
        Errors(("KafkaConsume.Mode", "sse")).Should()
            .Equal("Route 'r1': KafkaConsume.Topics is missing: name at least one topic, \"KafkaConsume.Topics\": \"orders,payments\".");
    }

    [Theory]
    [InlineData("", "must name at least one topic")]
    [InlineData(" ", "must name at least one topic")]
    [InlineData("a,,b", "a comma too many")]
    [InlineData("a,", "a comma too many")]
    [InlineData("^orders.*", "patterns are not accepted")]
    [InlineData("__consumer_offsets", "internal to Kafka")]
    [InlineData("..", "which Kafka does not allow")]
    [InlineData(".", "which Kafka does not allow")]
    [InlineData("a/b", "Kafka allows the letters")]
    [InlineData("bestellungen-ä", "Kafka allows the letters")]
    [InlineData("a,b,a", "names the topic 'a' twice")]
    public void Parse_TopicsThatKafkaOrTheGatewayRefuses_AreErrors(string topics, string reason)
    {
        Errors(("KafkaConsume.Topics", topics)).Should().ContainSingle()
            .Which.Should().StartWith($"Route 'r1': KafkaConsume.Topics = '{topics}' ").And.Contain(reason);
    }

    [Theory]
    [InlineData(249, 0)]
    [InlineData(250, 1)]
    public void Parse_TopicLength_IsKafkas(int length, int errors)
    {
        Errors(("KafkaConsume.Topics", new string('a', length))).Should().HaveCount(errors);
    }

    [Fact]
    public void Parse_SeveralBadTopics_ReportsEach()
    {
        Errors(("KafkaConsume.Topics", "^a,ok,__b,c d")).Should().HaveCount(3);
    }

    [Fact]
    public void Parse_ControlCharacters_CannotStartALineInALog()
    {
        var errors = RouteMetadataParser.Parse("r\n1", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KafkaConsume.Topics"] = "a\r\nINFO all is well",
            ["KafkaConsume.X\nY"] = "x",
        }).Errors;

        errors.Should().HaveCount(2);
        string.Join("", errors).Should().NotContainAny("\r", "\n").And.Contain("\\u000a");
    }

    [Fact]
    public void Parse_LongValue_IsShownInPart()
    {
        Errors(("KafkaConsume.Topics", "t"), ("KafkaConsume.Mode", new string('x', 10_000))).Should().ContainSingle()
            .Which.Length.Should().BeLessThan(400);
    }

    [Fact]
    public void Parse_TopicsInAnyOrder_GiveOneSortedListAndOneGroup()
    {
        var one = Parse(("KafkaConsume.Topics", "b,a,C")).Route!;
        var other = Parse(("KafkaConsume.Topics", "a,C,b")).Route!;

        one.Topics.Should().Equal("C", "a", "b");
        one.GroupId.Should().Be(other.GroupId);
    }

    [Fact]
    public void Parse_RandomGroup_DiffersByRouteAndTopicsAndStaysTheSameForEver()
    {
        var id = Parse(("KafkaConsume.Topics", "orders")).Route!.GroupId;

        // A group that got another name after an upgrade would lose its position.
        id.Should().Be("kafka-consume.7e236fe5f36a92ef");
        Parse(("KafkaConsume.Topics", "orders,payments")).Route!.GroupId.Should().NotBe(id);
        RouteMetadataParser.Parse("r2", new Dictionary<string, string>(StringComparer.Ordinal) { ["KafkaConsume.Topics"] = "orders" }).Route!.GroupId.Should().NotBe(id);
    }

    [Theory]
    [InlineData("KafkaConsume.Topics", true)]
    [InlineData("kafka_consume_topics", true)]
    [InlineData("KafkaConsume", true)]
    [InlineData("KafkaConsume.Typo", true)]
    [InlineData("KafkaProduce.Topics", false)]
    [InlineData("My.KafkaConsume.Topics", false)]
    public void IsKafkaRoute_ByKey(string key, bool expected)
    {
        RouteMetadata.IsKafkaRoute(new Dictionary<string, string>(StringComparer.Ordinal) { ["Other"] = "x", [key] = "y" }).Should().Be(expected);
    }

    [Fact]
    public void IsKafkaRoute_NoMetadata_IsFalse()
    {
        RouteMetadata.IsKafkaRoute(null).Should().BeFalse();
        RouteMetadata.IsKafkaRoute(new Dictionary<string, string>(StringComparer.Ordinal)).Should().BeFalse();
    }

    private static IReadOnlyList<string> Errors(params (string Key, string? Value)[] metadata)
    {
        var result = Parse(metadata);
        (result.Route is null).Should().Be(result.Errors.Count > 0);
        return result.Errors;
    }

    private static RouteMetadataResult Parse(params (string Key, string? Value)[] metadata) =>
        RouteMetadataParser.Parse("r1", metadata.ToDictionary(entry => entry.Key, entry => entry.Value!, StringComparer.Ordinal));
}
