using static KafkaConsume.Yarp.Configuration.KafkaPropertyScope;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>The properties of librdkafka that a consumer may have, with the ranges of its version 2.15.</summary>
internal static class KafkaPropertyTable
{
    public const string BootstrapServers = "bootstrap.servers";
    public const string GroupProtocol = "group.protocol";

    private const string Committed = $"the gateway commits what was delivered. Use {KafkaConsumeMetadata.CommitStrategy}.";
    private const string NoProducers = "it is for producers.";
    private const string NoShares = "it is for share consumers, which are not used here.";
    private const string Simulation = "it replaces the brokers by a simulation.";

    private static readonly AnyTextFormat Text = new();
    private static readonly TextFormat Line = new();
    private static readonly BooleanFormat Boolean = new();

    public static IReadOnlyList<KafkaProperty> All { get; } =
    [
        // Who we are and whom we talk to.
        new("client.id", Line, Client) { OnRoutes = true },
        new("client.rack", Line, Consumer) { OnRoutes = true },
        new(BootstrapServers, new BrokerListFormat(), Client) { Aliases = ["metadata.broker.list"] },
        new("client.dns.lookup", Choice("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"), Client),
        new("broker.address.family", Choice("any", "v4", "v6"), Client),
        new("broker.address.ttl", Integer(0, 86400000), Client) { OnRoutes = true },
        new("broker.version.fallback", Text, Client),

        // Fetching.
        new("fetch.wait.max.ms", Integer(0, 300000), Consumer) { OnRoutes = true },
        new("fetch.min.bytes", Integer(1, 100000000), Consumer) { OnRoutes = true },
        new("fetch.max.bytes", Integer(1000, 2147483135), Consumer) { OnRoutes = true },
        new("max.partition.fetch.bytes", Integer(1, 1000000000), Consumer) { OnRoutes = true, Aliases = ["fetch.message.max.bytes"] },
        new("fetch.error.backoff.ms", Integer(0, 300000), Consumer) { OnRoutes = true },
        new("fetch.queue.backoff.ms", Integer(0, 300000), Consumer) { OnRoutes = true },
        new("queued.min.messages", Integer(1, 10000000), Consumer) { OnRoutes = true },
        new("queued.max.messages.kbytes", Integer(1, 2097151), Consumer) { OnRoutes = true },
        new("message.max.bytes", Integer(1000, 1000000000), Consumer) { OnRoutes = true },
        new("receive.message.max.bytes", Integer(1000, 2147483647), Client) { OnRoutes = true },
        new("isolation.level", Choice("read_committed", "read_uncommitted"), Consumer) { OnRoutes = true },
        new("check.crcs", Boolean, Consumer) { OnRoutes = true },
        new("allow.auto.create.topics", Boolean, Consumer),
        new("topic.blacklist", Text, Client),

        // The group.
        new(GroupProtocol, Choice("classic", "consumer"), Group) { OnRoutes = true },
        new("group.remote.assignor", Line, Group) { OnRoutes = true },
        new("session.timeout.ms", Integer(1, 3600000), Group) { OnRoutes = true },
        new("heartbeat.interval.ms", Integer(1, 3600000), Group) { OnRoutes = true },
        new("max.poll.interval.ms", Integer(1, 86400000), Group) { OnRoutes = true },
        new("coordinator.query.interval.ms", Integer(1, 3600000), Group) { OnRoutes = true },

        // Connections and metadata.
        new("socket.timeout.ms", Integer(10, 300000), Client) { OnRoutes = true },
        new("socket.connection.setup.timeout.ms", Integer(1000, 2147483647), Client) { OnRoutes = true },
        new("socket.keepalive.enable", Boolean, Client) { OnRoutes = true },
        new("socket.nagle.disable", Boolean, Client) { OnRoutes = true },
        new("socket.send.buffer.bytes", Integer(0, 100000000), Client) { OnRoutes = true },
        new("socket.receive.buffer.bytes", Integer(0, 100000000), Client) { OnRoutes = true },
        new("socket.max.fails", Integer(0, 1000000), Client) { OnRoutes = true },
        new("connections.max.idle.ms", Integer(0, 2147483647), Client) { OnRoutes = true },
        new("reconnect.backoff.ms", Integer(0, 3600000), Client) { OnRoutes = true },
        new("reconnect.backoff.max.ms", Integer(0, 3600000), Client) { OnRoutes = true },
        new("retry.backoff.ms", Integer(1, 300000), Client) { OnRoutes = true },
        new("retry.backoff.max.ms", Integer(1, 300000), Client) { OnRoutes = true },
        new("max.in.flight", Integer(1, 1000000), Client) { Aliases = ["max.in.flight.requests.per.connection"] },
        new("metadata.max.age.ms", Integer(1, 86400000), Client) { OnRoutes = true },
        new("metadata.recovery.strategy", Choice("none", "rebootstrap"), Client) { OnRoutes = true },
        new("metadata.recovery.rebootstrap.trigger.ms", Integer(0, 2147483647), Client) { OnRoutes = true },
        new("topic.metadata.refresh.interval.ms", Integer(-1, 3600000), Client) { OnRoutes = true },
        new("topic.metadata.refresh.fast.interval.ms", Integer(1, 60000), Client) { OnRoutes = true },
        new("topic.metadata.refresh.sparse", Boolean, Client) { OnRoutes = true },
        new("topic.metadata.propagation.max.ms", Integer(0, 3600000), Client) { OnRoutes = true },
        new("enable.metrics.push", Boolean, Client) { OnRoutes = true },
        new("api.version.request", Boolean, Client),
        new("api.version.request.timeout.ms", Integer(1, 300000), Client) { OnRoutes = true },
        new("api.version.fallback.ms", Integer(0, 604800000), Client),

        // Logging and the process.
        new("debug", Text, Client),
        new("log.connection.close", Boolean, Client) { OnRoutes = true },
        new("log.thread.name", Boolean, Client),
        new("enable.random.seed", Boolean, Client),
        new("internal.termination.signal", Integer(0, 128), Client),
        new("plugin.library.paths", Text, Client),

        // Security.
        new("security.protocol", Choice("plaintext", "ssl", "sasl_plaintext", "sasl_ssl"), Client),
        new("enable.ssl.certificate.verification", Boolean, Client),
        new("ssl.endpoint.identification.algorithm", Choice("none", "https"), Client),
        .. Texts(
            "ssl.cipher.suites", "ssl.curves.list", "ssl.sigalgs.list", "ssl.key.location", "ssl.key.password", "ssl.key.pem",
            "ssl.certificate.location", "ssl.certificate.pem", "ssl.ca.location", "ssl.ca.pem", "ssl.ca.certificate.stores",
            "ssl.crl.location", "ssl.keystore.location", "ssl.keystore.password", "ssl.providers", "ssl.engine.location",
            "ssl.engine.id", "https.ca.location", "https.ca.pem"),
        new("sasl.mechanism", Choice("GSSAPI", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"), Client)
        {
            Aliases = ["sasl.mechanisms"],
        },
        new("sasl.kerberos.min.time.before.relogin", Integer(0, 86400000), Client),
        .. Texts(
            "sasl.username", "sasl.password", "sasl.kerberos.service.name", "sasl.kerberos.principal", "sasl.kerberos.kinit.cmd",
            "sasl.kerberos.keytab", "sasl.oauthbearer.config", "sasl.oauthbearer.scope", "sasl.oauthbearer.extensions",
            "sasl.oauthbearer.token.endpoint.url", "sasl.oauthbearer.sub.claim.name", "sasl.oauthbearer.assertion.private.key.file",
            "sasl.oauthbearer.assertion.private.key.passphrase", "sasl.oauthbearer.assertion.private.key.pem",
            "sasl.oauthbearer.assertion.file", "sasl.oauthbearer.assertion.claim.aud", "sasl.oauthbearer.assertion.claim.iss",
            "sasl.oauthbearer.assertion.claim.sub", "sasl.oauthbearer.assertion.jwt.template.file"),
        new("sasl.oauthbearer.client.id", Text, Client) { Aliases = ["sasl.oauthbearer.client.credentials.client.id"] },
        new("sasl.oauthbearer.client.secret", Text, Client) { Aliases = ["sasl.oauthbearer.client.credentials.client.secret"] },
        new("enable.sasl.oauthbearer.unsecure.jwt", Boolean, Client),
        new("sasl.oauthbearer.method", Choice("default", "oidc"), Client),
        new("sasl.oauthbearer.grant.type", GrantType(), Client),
        new("sasl.oauthbearer.assertion.algorithm", Choice("RS256", "ES256"), Client),
        new("sasl.oauthbearer.assertion.claim.exp.seconds", Integer(1, 2147483647), Client),
        new("sasl.oauthbearer.assertion.claim.nbf.seconds", Integer(0, 2147483647), Client),
        new("sasl.oauthbearer.assertion.claim.jti.include", Boolean, Client),
        new("sasl.oauthbearer.metadata.authentication.type", Choice("none", "azure_imds", "aws_iam"), Client),

        // What the gateway decides itself.
        Refused("group.id", $"it is the route's. Use {KafkaConsumeMetadata.ConsumerGroupMode} and {KafkaConsumeMetadata.ConsumerGroupId}."),
        Refused("group.instance.id", $"the replicas of a gateway would share it and shut each other out. Use {KafkaConsumeMetadata.ConsumerGroupInstanceId}."),
        Refused("group.protocol.type", "librdkafka knows one value alone."),
        Refused("auto.offset.reset", $"it is the route's. Use {KafkaConsumeMetadata.AutoOffsetReset}."),
        Refused("enable.auto.commit", Committed),
        Refused("enable.auto.offset.store", Committed),
        Refused("auto.commit.interval.ms", Committed),
        Refused("offset.store.method", Committed),
        Refused("enable.partition.eof", "the gateway sets it as each consumer needs it."),
        Refused("partition.assignment.strategy", "consumers of a group are assigned cooperatively, or none could be added without stopping "
            + "the others. Brokers assign with group.protocol = consumer."),
        Refused("statistics.interval.ms", "nobody listens to librdkafka's statistics here."),
        Refused("log.queue", "the gateway forwards librdkafka's log itself."),
        Refused("acks", NoProducers),
        Refused("message.copy.max.bytes", NoProducers),
        Refused("max.poll.records", NoShares),
        Refused("share.acknowledgement.mode", NoShares),
        Refused("test.mock.num.brokers", Simulation),
        Refused("test.mock.broker.rtt", Simulation),
        Refused("dotnet.cancellation.delay.max.ms", "the gateway decides how consumers wait."),
        Refused("dotnet.consumer.consume.result.fields", "the gateway decides what it reads of a record.", "ConsumeResultFields"),
    ];

    private static readonly Dictionary<string, KafkaProperty> Known = All
        .SelectMany(property => property.Aliases.Append(property.Name).Select(name => (Name: name, Property: property)))
        .ToDictionary(known => CanonicalName.Of(known.Name), known => known.Property, StringComparer.Ordinal);

    /// <summary>Finds a property by a name in canonical form.</summary>
    public static KafkaProperty? Find(string canonicalName) => Known.GetValueOrDefault(canonicalName);

    private static IntegerFormat Integer(int min, int max) => new(min, max);

    private static ChoiceFormat<string> Choice(params string[] values) => new([.. values.Select(value => (value, value))]);

    private static ChoiceFormat<string> GrantType()
    {
        const string bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        return new(("client_credentials", "client_credentials"), (bearer, bearer), ("jwt-bearer", bearer));
    }

    private static IEnumerable<KafkaProperty> Texts(params string[] names) => names.Select(name => new KafkaProperty(name, Text, Client));

    private static KafkaProperty Refused(string name, string reason, params string[] aliases) =>
        new(name, Text, Client) { Refused = reason, Aliases = [.. aliases, .. Shorter(name)] };

    // Confluent.Kafka names its own properties without "dotnet".
    private static string[] Shorter(string name) => name.StartsWith("dotnet.", StringComparison.Ordinal) ? [name["dotnet.".Length..]] : [];
}
