using Confluent.Kafka;
using FsCheck;
using FsCheck.Fluent;
using KafkaConsume.Yarp.Configuration;
using Config = FsCheck.Config;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class ConsumerConfigFactoryTests
{
    [Fact]
    public void ForBroadcast_Plain_TunesAndNeverCommits()
    {
        ConsumerConfigFactory.ForBroadcast(Connection()).ToDictionary(StringComparer.Ordinal).Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = "127.0.0.1:1",
            ["group.id"] = "kafka-consume-broadcast",
            ["auto.offset.reset"] = "error",
            ["enable.auto.commit"] = "False",
            ["enable.auto.offset.store"] = "False",
            ["enable.partition.eof"] = "True",
            ["client.id"] = "kafka-consume",
            ["allow.auto.create.topics"] = "false",
            ["socket.keepalive.enable"] = "true",
            ["reconnect.backoff.ms"] = "50",
            ["reconnect.backoff.max.ms"] = "2000",
            ["isolation.level"] = "read_committed",
            ["check.crcs"] = "true",
            ["queued.max.messages.kbytes"] = "16384",
            ["queued.min.messages"] = "10000",
            ["fetch.queue.backoff.ms"] = "10",
            ["fetch.wait.max.ms"] = "100",
        });
    }

    [Fact]
    public void ForGroup_Plain_JoinsCooperativelyAndNeverCommits()
    {
        var config = ConsumerConfigFactory.ForGroup(Connection(), "billing", AutoOffsetReset.Earliest);

        config.GroupId.Should().Be("billing");
        config.AutoOffsetReset.Should().Be(AutoOffsetReset.Earliest);
        config.EnableAutoCommit.Should().BeFalse();
        config.EnableAutoOffsetStore.Should().BeFalse();
        config.EnablePartitionEof.Should().BeFalse();
        config.PartitionAssignmentStrategy.Should().Be(PartitionAssignmentStrategy.CooperativeSticky);
        config.SessionTimeoutMs.Should().Be(15000);
        config.IsolationLevel.Should().Be(IsolationLevel.ReadCommitted);
        ConsumerConfigFactory.ForGroup(Connection(), "billing").AutoOffsetReset.Should().Be(AutoOffsetReset.Error);
    }

    [Fact]
    public void ForGroup_NewProtocol_LeavesToTheBrokersWhatIsTheirs()
    {
        var config = ConsumerConfigFactory.ForGroup(Connection(("group.protocol", "consumer")), "billing");

        config.SessionTimeoutMs.Should().BeNull();
        config.PartitionAssignmentStrategy.Should().BeNull();
        config.EnableAutoCommit.Should().BeFalse();
    }

    [Theory]
    [InlineData(null, null, GroupProtocol.Consumer, "consumer")]
    [InlineData(null, null, GroupProtocol.Classic, "classic")]
    [InlineData("group.protocol", "classic", GroupProtocol.Consumer, "classic")]
    [InlineData("group.protocol", "consumer", GroupProtocol.Classic, "consumer")]
    [InlineData("heartbeat.interval.ms", "1000", GroupProtocol.Consumer, "classic")]
    [InlineData("group.remote.assignor", "range", GroupProtocol.Classic, "consumer")]
    public void ForGroup_Protocol_IsTheConnectionsWhereItSays(string? name, string? value, GroupProtocol protocol, string expected)
    {
        var connection = name is null ? Connection() : Connection((name, value!));

        var config = ConsumerConfigFactory.ForGroup(connection, "billing", protocol: protocol);

        config.Get("group.protocol").Should().Be(expected);
        new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build().Dispose();
    }

    [Fact]
    public void ForDeadLetters_Anything_WaitsForAllReplicasAndRepeatsNothing()
    {
        var config = ConsumerConfigFactory.ForDeadLetters(Connection(
            ("max.in.flight", "1000"), ("fetch.min.bytes", "1"), ("session.timeout.ms", "6000"), ("client.id", "me")));

        config.Acks.Should().Be(Acks.All);
        config.EnableIdempotence.Should().BeTrue();
        config.ClientId.Should().Be("me");
        config.Get("allow.auto.create.topics").Should().Be("false");
        config.Get("fetch.min.bytes").Should().BeNull();
        new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build().Dispose();
    }

    [Fact]
    public void ForBroadcast_ConnectionsOwnProperties_WinOverTuning()
    {
        var config = ConsumerConfigFactory.ForBroadcast(Connection(
            ("isolation.level", "read_uncommitted"), ("fetch.wait.max.ms", "7"), ("client.id", "me"), ("session.timeout.ms", "6000")));

        config.IsolationLevel.Should().Be(IsolationLevel.ReadUncommitted);
        config.FetchWaitMaxMs.Should().Be(7);
        config.ClientId.Should().Be("me");
        config.SessionTimeoutMs.Should().BeNull("it does nothing without a group, and librdkafka would compare it with others");
    }

    [Fact]
    public void ForBroadcast_WhatTheGatewayReliesOn_CannotBeOverridden()
    {
        var connection = Connection(
            ("enable.auto.commit", "true"), ("enable.auto.offset.store", "true"), ("enable.partition.eof", "false"), ("group.id", "x"),
            ("auto.offset.reset", "latest"), ("partition.assignment.strategy", "range"));

        var broadcast = ConsumerConfigFactory.ForBroadcast(connection);
        var group = ConsumerConfigFactory.ForGroup(connection, "billing");

        broadcast.EnableAutoCommit.Should().BeFalse();
        broadcast.EnableAutoOffsetStore.Should().BeFalse();
        broadcast.EnablePartitionEof.Should().BeTrue();
        broadcast.GroupId.Should().Be("kafka-consume-broadcast");
        broadcast.AutoOffsetReset.Should().Be(AutoOffsetReset.Error);
        group.EnableAutoCommit.Should().BeFalse();
        group.PartitionAssignmentStrategy.Should().Be(PartitionAssignmentStrategy.CooperativeSticky);
    }

    [Fact]
    public void ForAdmin_ConsumerProperties_AreLeftOut()
    {
        var config = ConsumerConfigFactory.ForAdmin(Connection(
            ("fetch.min.bytes", "1"), ("session.timeout.ms", "6000"), ("isolation.level", "read_committed"), ("sasl.username", "u")));

        config.ToDictionary(StringComparer.Ordinal).Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = "127.0.0.1:1",
            ["sasl.username"] = "u",
            ["client.id"] = "kafka-consume",
            ["allow.auto.create.topics"] = "false",
            ["socket.keepalive.enable"] = "true",
            ["reconnect.backoff.ms"] = "50",
            ["reconnect.backoff.max.ms"] = "2000",
        });
    }

    [Fact]
    public void ForAdmin_Built_HasNothingThatLibrdkafkaWarnsOf()
    {
        List<string> warnings = [];
        var connection = Connection([.. KafkaPropertyTable.All
            .Where(property => property.OnRoutes && property.Format is IntegerFormat or BooleanFormat)
            .Where(property => property is { OnRoutes: true } && property.Name is not "max.in.flight")
            .Select(property => (property.Name, property.Format is BooleanFormat ? "true" : "1000"))]);

        using (new AdminClientBuilder(ConsumerConfigFactory.ForAdmin(connection))
            .SetLogHandler((_, message) => warnings.Add(message.Message)).Build())
        {
            warnings.Where(warning => warning.Contains("consumer property", StringComparison.Ordinal)).Should().BeEmpty();
        }
    }

    [Theory]
    [InlineData("reconnect.backoff.ms", "5000")]
    [InlineData("reconnect.backoff.max.ms", "10")]
    [InlineData("max.poll.interval.ms", "10000")]
    [InlineData("fetch.max.bytes", "2147483135")]
    [InlineData("queued.max.messages.kbytes", "2097151")]
    [InlineData("message.max.bytes", "1000000000")]
    public void Build_OnePropertyAgainstOurTuning_IsTakenByLibrdkafka(string name, string value)
    {
        BuildAll(Connection((name, value)));
    }

    [Fact]
    public void Build_WhateverRoutesMaySay_IsTakenByLibrdkafka()
    {
        var allowed = KafkaPropertyTable.All.Where(property => property.OnRoutes).ToArray();
        var properties = Gen.SubListOf(allowed).SelectMany(some => some
            .Select(property => ValueOf(property.Format).Select(value => (property.Name, value)))
            .Aggregate(Gen.Constant(new List<(string, string)>()), (list, next) => list.SelectMany(_ => next, (known, value) => (List<(string, string)>)[.. known, value])));

        Prop.ForAll(properties.ToArbitrary(), some =>
        {
            var connection = Connection([.. some]);
            List<string> faults = [];
            KafkaPropertyRules.Check(connection.Properties, faults);
            if (faults.Count == 0)
            {
                BuildAll(connection);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    private static Gen<string> ValueOf(ValueFormat format) => format switch
    {
        IntegerFormat => Gen.Elements(Limits(format)),
        ChoiceFormat<string> => Gen.Elements(format.Accepted["one of ".Length..].Split(", ")),
        BooleanFormat => Gen.Elements("true", "false"),
        _ => Gen.Elements("x", "a b"),
    };

    private static string[] Limits(ValueFormat format)
    {
        var words = format.Accepted.Split(' ');
        return [words[^3], words[^1]];
    }

    private static void BuildAll(KafkaConnection connection)
    {
        new ConsumerBuilder<byte[], byte[]>(ConsumerConfigFactory.ForBroadcast(connection)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build().Dispose();
        new ConsumerBuilder<byte[], byte[]>(ConsumerConfigFactory.ForGroup(connection, "g")).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build().Dispose();
        new AdminClientBuilder(ConsumerConfigFactory.ForAdmin(connection)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build().Dispose();
    }

    private static KafkaConnection Connection(params (string Name, string Value)[] properties) => new(
        "kafka",
        properties.Append(("bootstrap.servers", "127.0.0.1:1")).ToDictionary(property => property.Item1, property => property.Item2, StringComparer.Ordinal),
        "key");
}
