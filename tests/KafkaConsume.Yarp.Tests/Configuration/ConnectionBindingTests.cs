using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class ConnectionBindingTests
{
    private const string Path = "KafkaConsume:Connections:kafka:Config:";

    [Theory]
    [InlineData("SecurityProtocol", "SaslSsl", "security.protocol", "sasl_ssl")]
    [InlineData("security.protocol", "SASL_SSL", "security.protocol", "sasl_ssl")]
    [InlineData("securityprotocol", "sasl_ssl", "security.protocol", "sasl_ssl")]
    [InlineData("SaslMechanism", "ScramSha512", "sasl.mechanism", "SCRAM-SHA-512")]
    [InlineData("sasl.mechanisms", "scram-sha-512", "sasl.mechanism", "SCRAM-SHA-512")]
    [InlineData("SaslMechanism", "OAuthBearer", "sasl.mechanism", "OAUTHBEARER")]
    [InlineData("SaslPassword", " p,w:d ", "sasl.password", " p,w:d ")]
    [InlineData("BootstrapServers", "b1:9092, b2:9092", "bootstrap.servers", "b1:9092,b2:9092")]
    [InlineData("metadata.broker.list", "b1:9092", "bootstrap.servers", "b1:9092")]
    [InlineData("SslEndpointIdentificationAlgorithm", "None", "ssl.endpoint.identification.algorithm", "none")]
    [InlineData("EnableSslCertificateVerification", "False", "enable.ssl.certificate.verification", "false")]
    [InlineData("fetch.min.bytes", "1", "fetch.min.bytes", "1")]
    [InlineData("SaslOauthbearerGrantType", "JwtBearer", "sasl.oauthbearer.grant.type", "urn:ietf:params:oauth:grant-type:jwt-bearer")]
    [InlineData("ssl.ca.location", "/etc/ca.pem", "ssl.ca.location", "/etc/ca.pem")]
    [InlineData("debug", "broker,security", "debug", "broker,security")]
    [InlineData("PluginLibraryPaths", "x.so", "plugin.library.paths", "x.so")]
    public void Get_PropertyInEitherSpelling_IsBound(string key, string value, string name, string expected)
    {
        using var services = Services.Create((Path + key, value));

        var config = services.GetRequiredService<IOptionsMonitor<KafkaConnectionOptions>>().Get("kafka").Config;

        config.ToDictionary(StringComparer.Ordinal).Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal) { [name] = expected });
    }

    [Theory]
    [InlineData("SecurityProtocl", "x", "SecurityProtocl is not a property of librdkafka or Confluent.Kafka's ConsumerConfig. Did you mean 'security.protocol'?")]
    [InlineData("SaslMechanism", "Plane", "SaslMechanism = 'Plane' must be one of GSSAPI, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER. Did you mean 'PLAIN'?")]
    [InlineData("SessionTimeoutMs", "0", "SessionTimeoutMs = '0' must be an integer from 1 to 3600000.")]
    [InlineData("check.crcs", "yes", "check.crcs = 'yes' must be true or false.")]
    [InlineData("enable.auto.commit", "true", "enable.auto.commit is not accepted: the gateway commits what was delivered. Use KafkaConsume.CommitStrategy.")]
    [InlineData("GroupId", "g", "GroupId is not accepted: it is the route's. Use KafkaConsume.ConsumerGroup.Mode and KafkaConsume.ConsumerGroup.Id.")]
    [InlineData("AutoOffsetReset", "Earliest", "AutoOffsetReset is not accepted: it is the route's. Use KafkaConsume.AutoOffsetReset.")]
    [InlineData("BootstrapServers", "b1", "BootstrapServers must be a list host:port,host:port, with a port from 1 to 65535 for each broker (an IPv6 address in brackets).")]
    [InlineData("sasl:password", "x", "sasl must be a value: properties are flat, for example \"sasl.username\" or \"SaslUsername\".")]
    public void Get_WrongProperty_SaysWhereAndWhatInstead(string key, string value, string error)
    {
        Failures((Path + key, value)).Should().Equal(Path + error);
    }

    [Theory]
    [InlineData("EnableAutoOffsetStore")]
    [InlineData("EnablePartitionEof")]
    [InlineData("PartitionAssignmentStrategy")]
    [InlineData("GroupInstanceId")]
    [InlineData("ConsumeResultFields")]
    [InlineData("CancellationDelayMaxMs")]
    [InlineData("StatisticsIntervalMs")]
    [InlineData("test.mock.num.brokers")]
    public void Get_PropertyThatTheGatewayDecides_IsRefused(string key)
    {
        Failures((Path + key, "x")).Should().ContainSingle().Which.Should().StartWith($"{Path}{key} is not accepted: ");
    }

    [Fact]
    public void Get_SeveralWrong_ReportsAllAtOnce()
    {
        Failures(
            (Path + "SaslMechanism", "x"),
            (Path + "linger.ms", "5"),
            (Path + "group.id", "g"),
            (Path + "FetchMinBytes", "1"),
            (Path + "fetch.min.bytes", "2"),
            ("KafkaConsume:Connections:kafka:Confg:x", "y")).Should().HaveCount(5).And.Contain([
                $"{Path}fetch.min.bytes and {Path}FetchMinBytes are the same property: keep one of them.",
                "KafkaConsume:Connections:kafka:Confg is not a known setting. Did you mean 'Config'?"]);
    }

    [Theory]
    [InlineData("SaslPassword:x", "hunter2")]
    [InlineData("sasl.pasword", "hunter2")]
    [InlineData("sasl.jaas.config", "hunter2")]
    [InlineData("SslKeyPem2", "hunter2")]
    [InlineData("BootstrapServers", "hunter2")]
    [InlineData("group.id", "hunter2")]
    public void Get_WrongPropertyThatMayHoldASecret_IsReportedWithoutItsValue(string key, string value)
    {
        Failures((Path + key, value)).Should().ContainSingle().Which.Should().NotContain("hunter2");
    }

    [Theory]
    [InlineData("reconnect.backoff.ms", "500", "reconnect.backoff.max.ms", "100", "reconnect.backoff.max.ms must be at least reconnect.backoff.ms")]
    [InlineData("group.protocol", "consumer", "session.timeout.ms", "6000", "session.timeout.ms does not go with group.protocol = 'consumer': the brokers decide it")]
    [InlineData("session.timeout.ms", "7000", "max.poll.interval.ms", "6000", "max.poll.interval.ms must be at least session.timeout.ms")]
    [InlineData("fetch.max.bytes", "2000000", "message.max.bytes", "3000000", "fetch.max.bytes must be at least message.max.bytes (3000000)")]
    [InlineData("fetch.max.bytes", "2000000", "receive.message.max.bytes", "2000000", "receive.message.max.bytes must be at least fetch.max.bytes + 512 (2000512)")]
    [InlineData("ssl.keystore.location", "x", "client.id", "y", "ssl.keystore.location needs ssl.keystore.password")]
    [InlineData("group.remote.assignor", "uniform", "group.protocol", "classic", "group.remote.assignor needs group.protocol = 'consumer'")]
    [InlineData("group.remote.assignor", "uniform", "session.timeout.ms", "6000", "session.timeout.ms does not go with group.remote.assignor: one is for group.protocol = 'classic', the other for 'consumer'")]
    public void Get_PropertiesThatExcludeEachOther_AreRefused(string one, string value, string other, string otherValue, string reason)
    {
        Failures((Path + one, value), (Path + other, otherValue)).Should().Equal($"Connection 'kafka': {reason}.");
    }

    [Fact]
    public void Get_EmptyValue_TakesBackWhatAnEarlierSourceSaid()
    {
        using var services = Services.Create((Path + "SaslUsername", ""), (Path + "ClientId", null));

        services.GetRequiredService<IOptionsMonitor<KafkaConnectionOptions>>().Get("kafka").Config.Should().BeEmpty();
    }

    [Fact]
    public void Get_SetInCode_WinsAndIsChecked()
    {
        using var services = Services.Create(
            more => more.Configure<KafkaConnectionOptions>("kafka", options =>
            {
                options.Config.SaslUsername = "code";
                options.Config.Set("no.such", "hunter2");
                options.Config.EnableAutoCommit = true;
            }),
            (Path + "SaslUsername", "section"));

        FluentActions.Invoking(() => services.GetRequiredService<IOptionsMonitor<KafkaConnectionOptions>>().Get("kafka"))
            .Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(2)
            .And.OnlyContain(failure => !failure.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WrongConnections_AreAllReportedWhetherUsedOrNot()
    {
        await using var services = Services.Create(
            ("KafkaConsume:Connections:a:Config:x", "1"),
            ("KafkaConsume:Connections:b:Config:SaslMechanism", "y"),
            ("KafkaConsume:Connections:c:Config:SaslMechanism", "Plain"));

        var start = () => Services.StartAsync(services);

        var failure = await start.Should().ThrowAsync<OptionsValidationException>();
        failure.Which.Failures.Should().HaveCount(2);
        failure.Which.Message.Should().Contain("Connections:a:Config:x").And.Contain("Connections:b:Config:SaslMechanism");
    }

    [Fact]
    public async Task Start_RightConnections_IsQuiet()
    {
        await using var services = Services.Create((Path + "SaslMechanism", "Plain"));

        await Services.StartAsync(services);
    }

    private static IEnumerable<string> Failures(params (string Key, string? Value)[] settings)
    {
        using var services = Services.Create(settings);
        return FluentActions.Invoking(() => services.GetRequiredService<IOptionsMonitor<KafkaConnectionOptions>>().Get("kafka"))
            .Should().Throw<OptionsValidationException>().Which.Failures;
    }
}
