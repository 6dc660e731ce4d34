using FsCheck;
using FsCheck.Fluent;
using KafkaConsume.Yarp.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class RouteMetadataProperties
{
    private static readonly Gen<string> AnyText = Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Elements("", " ", "true", "0", "-1", "99999999999999999999", "00:00:30", "none", "manual", "random", "http-get", "sse", "auto",
            "\0", "\ud800", "^", "__x", ",", "a,b,a", "host:9092", "[::1]:1", ":", "1:2:3", "null", "'\r\n"));

    private static readonly Gen<string> AnyKey = Gen.OneOf(
        Gen.Elements(SettingTable.All.SelectMany(SettingNames.KeysOf).ToArray()),
        Gen.Elements(KafkaPropertyTable.All.Select(property => KafkaConsumeMetadata.ConfigPrefix + property.Name).ToArray()),
        AnyText.Select(text => "KafkaConsume" + text),
        AnyText.Select(text => "kafka_consume.Config." + text),
        AnyText);

    // Each breaks a different setting, alone, without being able to upset another.
    private static readonly (string Key, string? Value)[] Faults =
    [
        ("KafkaConsume.Topics", "^a"),
        ("KafkaConsume.Connection", ""),
        ("KafkaConsume.BootstrapServers", "nowhere"),
        ("KafkaConsume.AutoOffsetReset", "now"),
        ("KafkaConsume.CommitStrategy", "sometimes"),
        ("KafkaConsume.EnforceLatestOffsetReset", "perhaps"),
        ("KafkaConsume.MessageDeserializer", "xml"),
        ("KafkaConsume.Format", "csv"),
        ("KafkaConsume.BatchMaxRecords", "many"),
        ("KafkaConsume.batch_max_bytes", "-5"),
        ("KafkaConsume.MaxWait", "30"),
        ("KafkaConsume.HeartbeatIntervalMs", "1"),
        ("KafkaConsume.AllowSeek", "si"),
        ("KafkaConsume.ErrorHandling.ReturnErrorMessage", null),
        ("KafkaConsume.Frobnicate", "x"),
        ("KafkaConsume.authentication.password", "x"),
        ("KafkaConsume.Config.fetch.min.bytes", "few"),
        ("KafkaConsume.Config.sasl.password", "x"),
        ("KafkaConsume.Config.no.such.property", "x"),
        ("KafkaConsume.Nested", null),
    ];

    [Fact]
    public void Parse_Anything_NeverThrowsAndAlwaysExplains()
    {
        var metadata = Gen.Zip(AnyKey, Gen.Frequency((9, AnyText.Select(text => (string?)text)), (1, Gen.Constant((string?)null)))).ListOf();

        Prop.ForAll(metadata.ToArbitrary(), AnyText.ToArbitrary(), (entries, routeId) =>
        {
            var route = entries.GroupBy(entry => entry.Item1, StringComparer.Ordinal)
                .ToDictionary(entry => entry.Key, entry => entry.First().Item2!, StringComparer.Ordinal);

            var result = RouteMetadataParser.Parse(routeId, route);

            return (result.Route is null) == (result.Errors.Count > 0)
                && result.Errors.All(error => error.StartsWith("Route '", StringComparison.Ordinal) && !error.Any(char.IsControl))
                && (result.Route is null || RouteMetadata.IsKafkaRoute(route));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Parse_FaultsOfDifferentSettings_GiveOneErrorEach()
    {
        Prop.ForAll(Gen.SubListOf(Faults).ToArbitrary(), faults =>
        {
            var metadata = faults.ToDictionary(fault => fault.Key, fault => fault.Value!, StringComparer.Ordinal);
            metadata.TryAdd("KafkaConsume.Topics", "t");

            var errors = RouteMetadataParser.Parse("r1", metadata).Errors;

            return errors.Count == faults.Count
                && faults.All(fault => errors.Count(error => error.StartsWith($"Route 'r1': {fault.Key} ", StringComparison.Ordinal)) == 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void WithKafkaConsume_OptionsThatArePossible_AreReadAsTheyWereWritten()
    {
        Prop.ForAll(PossibleOptions().ToArbitrary(), options =>
        {
            var route = new RouteConfig { RouteId = "r1" }.WithKafkaConsume(options);

            var result = RouteMetadataParser.Parse(route.RouteId, route.Metadata);

            result.Errors.Should().BeEmpty();
            result.Warnings.Should().BeEmpty();
            result.Route!.Options.Should().BeEquivalentTo(options, how => how.WithStrictOrderingFor(read => read.Topics));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static Gen<KafkaRouteOptions> PossibleOptions()
    {
        var topics = Gen.SubListOf("orders", "a.b_c-d", "X", "0", new string('t', 249))
            .Where(list => list.Count > 0).Select(list => (IReadOnlyList<string>)[.. list]);
        var common =
            from names in topics
            from connection in Gen.Elements("kafka", "eu west", "Ä")
            from servers in Gen.Elements<string?>(null, "b1:9092,10.0.0.1:65535,[::1]:1")
            from mode in Gen.Elements(Enum.GetValues<KafkaConsumeMode>())
            from reset in Gen.Elements(Enum.GetValues<KafkaAutoOffsetReset>())
            from deserializer in Gen.Elements(Enum.GetValues<KafkaMessageDeserializer>())
            from format in Gen.Elements(Enum.GetValues<KafkaRecordFormat>())
            from details in ArbMap.Default.GeneratorFor<bool>()
            from config in Gen.SubListOf(("fetch.min.bytes", "1"), ("client.id", "me, too"), ("check.crcs", "false"), ("isolation.level", "read_uncommitted"))
            select new KafkaRouteOptions
            {
                Topics = names,
                Connection = connection,
                BootstrapServers = servers,
                Mode = mode,
                AutoOffsetReset = reset,
                MessageDeserializer = deserializer,
                Format = format,
                ReturnErrorMessage = details,
                Config = config.ToDictionary(property => property.Item1, property => property.Item2, StringComparer.Ordinal),
            };
        return common.SelectMany(options => options.Mode == KafkaConsumeMode.HttpGet ? WithGroup(options) : WithStream(options))
            .SelectMany(options => options.Mode == KafkaConsumeMode.HttpGet ? Gen.Constant(options) : Gen.OneOf(Gen.Constant(options), WithGroupStream(options)));
    }

    private static Gen<KafkaRouteOptions> WithGroup(KafkaRouteOptions options) =>
        from mode in Gen.Elements<KafkaConsumerGroupMode?>(null, KafkaConsumerGroupMode.None, KafkaConsumerGroupMode.Random, KafkaConsumerGroupMode.Manual, KafkaConsumerGroupMode.User)
        from commit in Gen.Elements(Enum.GetValues<KafkaCommitStrategy>())
        from seek in Gen.Elements<bool?>(null, false)
        from batch in commit == KafkaCommitStrategy.ClientAcks && mode != KafkaConsumerGroupMode.None ? Batch(options).SelectMany(Acks) : Batch(options)
        from protocol in Gen.Elements(Enum.GetValues<KafkaGroupProtocol>())
        from users in Gen.Choose(1, 10_000)
        from instance in Gen.Elements<string?>(null, "gateway-1")
        select batch with
        {
            ConsumerGroupProtocol = mode == KafkaConsumerGroupMode.None ? KafkaGroupProtocol.Auto : protocol,
            ConsumerGroupInstanceId = mode == KafkaConsumerGroupMode.None ? null : instance,
            ConsumerGroupMode = mode,
            ConsumerGroupId = mode == KafkaConsumerGroupMode.Manual || (mode == KafkaConsumerGroupMode.User && users % 2 == 0) ? "my group" : null,
            ConsumerGroupUserClaim = mode == KafkaConsumerGroupMode.User ? instance : null,
            ConsumerGroupRequireUser = mode == KafkaConsumerGroupMode.User && users % 3 == 0,
            ConsumerGroupMaxUsers = mode == KafkaConsumerGroupMode.User ? users : 100,
            CommitStrategy = mode == KafkaConsumerGroupMode.None ? KafkaCommitStrategy.Auto : commit,
            AllowSeek = mode == KafkaConsumerGroupMode.None && seek is null ? true : seek,
        };

    private static Gen<KafkaRouteOptions> Acks(KafkaRouteOptions options) =>
        from seconds in Gen.Choose(1, 3600)
        from deliveries in Gen.Choose(0, 1000)
        from records in Gen.Choose(1, 100_000)
        from bytes in Gen.Choose(1, 1024 * 1024 * 1024)
        from backoff in Gen.Choose(0, 3600)
        from deadLetters in ArbMap.Default.GeneratorFor<bool>()
        select options with
        {
            AckTimeout = TimeSpan.FromSeconds(seconds),
            MaxDeliveries = deadLetters ? Math.Max(deliveries, 1) : deliveries,
            RedeliveryBackoff = TimeSpan.FromSeconds(backoff / 2),
            RedeliveryBackoffMax = TimeSpan.FromSeconds(backoff),
            EnableDlq = deadLetters,
            DlqTopic = deadLetters ? "dead-letters" : null,
            MaxInFlight = records,
            MaxInFlightBytes = bytes,
        };

    private static Gen<KafkaRouteOptions> WithStream(KafkaRouteOptions options) =>
        from milliseconds in Gen.Choose(1000, 600_000)
        from seek in Gen.Elements<bool?>(null, false, true)
        from mode in Gen.Elements<KafkaConsumerGroupMode?>(null, KafkaConsumerGroupMode.None)
        from batch in options.Mode == KafkaConsumeMode.Auto ? Batch(options) : Gen.Constant(options)
        select batch with { HeartbeatInterval = TimeSpan.FromMilliseconds(milliseconds), AllowSeek = seek, ConsumerGroupMode = mode };

    private static Gen<KafkaRouteOptions> WithGroupStream(KafkaRouteOptions options) =>
        from grouping in Gen.Elements(KafkaConsumerGroupMode.Random, KafkaConsumerGroupMode.Manual)
        from commit in Gen.Elements(Enum.GetValues<KafkaCommitStrategy>())
        from distribution in Gen.Elements(Enum.GetValues<KafkaGroupDistribution>())
        from flow in Gen.Elements(Enum.GetValues<KafkaStreamFlow>())
        from replies in ArbMap.Default.GeneratorFor<bool>()
        from acks in commit == KafkaCommitStrategy.ClientAcks ? Acks(options) : Gen.Constant(options)
        select acks with
        {
            ConsumerGroupMode = grouping,
            ConsumerGroupId = grouping == KafkaConsumerGroupMode.Manual ? "my group" : null,
            CommitStrategy = commit,
            Format = commit == KafkaCommitStrategy.Auto ? options.Format : KafkaRecordFormat.Record,
            ConsumerGroupDistribution = distribution,
            Flow = options.Mode == KafkaConsumeMode.ServerSentEvents ? KafkaStreamFlow.Auto : flow,
            AckReplies = replies && commit != KafkaCommitStrategy.Auto && options.Mode != KafkaConsumeMode.ServerSentEvents,
            AllowSeek = options.AllowSeek == true ? null : options.AllowSeek,
        };

    private static Gen<KafkaRouteOptions> Batch(KafkaRouteOptions options) =>
        from records in Gen.Choose(1, 100_000)
        from bytes in Gen.Choose(1, 64 * 1024 * 1024)
        from ticks in Gen.Choose(0, 300_000)
        select options with { BatchMaxRecords = records, BatchMaxBytes = bytes, MaxWait = TimeSpan.FromMilliseconds(ticks) + TimeSpan.FromTicks(ticks % 7) };
}
