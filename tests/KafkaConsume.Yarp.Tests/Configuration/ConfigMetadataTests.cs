using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class ConfigMetadataTests
{
    [Theory]
    [InlineData("KafkaConsume.Config.fetch.min.bytes")]
    [InlineData("KafkaConsume_Config_fetch_min_bytes")]
    [InlineData("KafkaConsume.Config.FetchMinBytes")]
    [InlineData("KAFKACONSUME_CONFIG_FETCH_MIN_BYTES")]
    public void Parse_PropertyInAnySpelling_IsTheSame(string key)
    {
        Parse(key, "2").Route!.Options.Config.Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal) { ["fetch.min.bytes"] = "2" });
    }

    [Theory]
    [InlineData("max.partition.fetch.bytes", "2048", "max.partition.fetch.bytes", "2048")]
    [InlineData("fetch.message.max.bytes", "2048", "max.partition.fetch.bytes", "2048")]
    [InlineData("isolation.level", "ReadUncommitted", "isolation.level", "read_uncommitted")]
    [InlineData("check.crcs", "False", "check.crcs", "false")]
    [InlineData("check.crcs", "1", "check.crcs", "true")]
    [InlineData("group.protocol", "Consumer", "group.protocol", "consumer")]
    [InlineData("client.rack", " eu-1a ", "client.rack", "eu-1a")]
    [InlineData("topic.metadata.refresh.interval.ms", "-1", "topic.metadata.refresh.interval.ms", "-1")]
    public void Parse_AllowedProperty_IsNormalized(string name, string value, string expectedName, string expectedValue)
    {
        var result = Parse("KafkaConsume.Config." + name, value);

        result.Errors.Should().BeEmpty();
        result.Route!.Options.Config.Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal) { [expectedName] = expectedValue });
    }

    [Theory]
    [InlineData("sasl.password", "KafkaConsume:Connections:<name>:Config:sasl.password")]
    [InlineData("SaslUsername", "KafkaConsume:Connections:<name>:Config:sasl.username")]
    [InlineData("security.protocol", "named connection")]
    [InlineData("ssl.ca.location", "named connection")]
    [InlineData("ssl.key.pem", "named connection")]
    [InlineData("enable.ssl.certificate.verification", "named connection")]
    [InlineData("sasl.kerberos.kinit.cmd", "named connection")]
    [InlineData("sasl.oauthbearer.token.endpoint.url", "named connection")]
    [InlineData("ssl.engine.location", "named connection")]
    [InlineData("ssl.providers", "named connection")]
    [InlineData("plugin.library.paths", "named connection")]
    [InlineData("debug", "named connection")]
    [InlineData("allow.auto.create.topics", "named connection")]
    [InlineData("bootstrap.servers", "write KafkaConsume.BootstrapServers")]
    [InlineData("metadata.broker.list", "write KafkaConsume.BootstrapServers")]
    [InlineData("enable.auto.commit", "KafkaConsume.CommitStrategy")]
    [InlineData("enable.auto.offset.store", "KafkaConsume.CommitStrategy")]
    [InlineData("group.id", "KafkaConsume.ConsumerGroup.Id")]
    [InlineData("group.instance.id", "replicas")]
    [InlineData("auto.offset.reset", "KafkaConsume.AutoOffsetReset")]
    [InlineData("enable.partition.eof", "the gateway sets it")]
    [InlineData("partition.assignment.strategy", "group.protocol")]
    [InlineData("test.mock.num.brokers", "simulation")]
    [InlineData("statistics.interval.ms", "nobody listens")]
    public void Parse_RefusedProperty_SaysWhereItBelongsAndNeverItsValue(string name, string instead)
    {
        Parse("KafkaConsume.Config." + name, "hunter2").Errors.Should().ContainSingle()
            .Which.Should().StartWith($"Route 'r1': KafkaConsume.Config.{name} is not accepted on a route: ")
            .And.Contain(instead).And.NotContain("hunter2");
    }

    [Fact]
    public void Parse_AnythingThatRedirectsRunsLoadsOpensOrDiscloses_IsRefusedOnRoutes()
    {
        var dangerous = KafkaPropertyTable.All.Where(property =>
            property.Name.StartsWith("sasl.", StringComparison.Ordinal)
            || property.Name.StartsWith("ssl.", StringComparison.Ordinal)
            || property.Name.StartsWith("https.", StringComparison.Ordinal)
            || property.Name.Contains("servers", StringComparison.Ordinal)
            || property.Name.Contains("location", StringComparison.Ordinal)
            || property.Name.Contains("plugin", StringComparison.Ordinal)
            || property.Name.Contains("test", StringComparison.Ordinal)
            || property.Format is AnyTextFormat).ToList();

        dangerous.Should().HaveCountGreaterThan(50).And.OnlyContain(property => !property.OnRoutes);
    }

    [Fact]
    public void Parse_UnknownProperty_NeverShowsItsValue()
    {
        Parse("KafkaConsume.Config.sasl.jaas.config", "hunter2").Errors.Should().ContainSingle()
            .Which.Should().Contain("is not a property of librdkafka").And.NotContain("hunter2");
    }

    private static RouteMetadataResult Parse(string key, string value) =>
        RouteMetadataParser.Parse("r1", new Dictionary<string, string>(StringComparer.Ordinal) { ["KafkaConsume.Topics"] = "t", [key] = value });
}
