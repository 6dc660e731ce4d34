using KafkaConsume.Yarp.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class ConnectionCatalogTests
{
    private const string Section = "KafkaConsume:Connections:kafka:Config:";

    [Fact]
    public void Resolve_EachSource_WinsOverTheOneBefore()
    {
        using var services = Services.Create(
            (Section + "BootstrapServers", "section:1"),
            (Section + "ClientId", "section"),
            (Section + "ClientRack", "section"),
            ("ConnectionStrings:kafka", "string:2"));

        Resolve(services, Route()).Properties.Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = "string:2",
            ["client.id"] = "section",
            ["client.rack"] = "section",
        });
        Resolve(services, Route(("BootstrapServers", "route:3"), ("Config.client.id", "route"))).Properties.Should().Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["bootstrap.servers"] = "route:3",
                ["client.id"] = "route",
                ["client.rack"] = "section",
            });
    }

    [Fact]
    public void Resolve_SectionAlone_GivesItsBrokers()
    {
        using var services = Services.Create((Section + "bootstrap.servers", "section:1"));

        Resolve(services, Route()).Properties["bootstrap.servers"].Should().Be("section:1");
    }

    [Fact]
    public void Resolve_ConnectionStringAlone_IsEnough()
    {
        using var services = Services.Create(("ConnectionStrings:eu", "a:1, b:2"));

        var connection = Resolve(services, Route(("Connection", "eu")));

        connection.Name.Should().Be("eu");
        connection.Properties.Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal) { ["bootstrap.servers"] = "a:1,b:2" });
    }

    [Fact]
    public void Resolve_CodeAlone_IsEnough()
    {
        using var services = Services.Create(more => more.Configure<KafkaConnectionOptions>("eu", options =>
        {
            options.Config.BootstrapServers = "code:1";
            options.Config.CheckCrcs = true;
        }));

        Resolve(services, Route(("Connection", "eu"))).Properties.Should().Equal(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["bootstrap.servers"] = "code:1", ["check.crcs"] = "true" });
    }

    [Fact]
    public void Resolve_BootstrapServersOnTheRoute_NeedsNoSection()
    {
        using var services = Services.Create();

        Resolve(services, Route(("BootstrapServers", "route:1"))).Properties["bootstrap.servers"].Should().Be("route:1");
    }

    [Fact]
    public void Resolve_WithoutAnyConfiguration_Works()
    {
        using var services = new ServiceCollection().AddKafkaConsumeConfiguration().BuildServiceProvider();

        Resolve(services, Route(("BootstrapServers", "route:1"))).Properties["bootstrap.servers"].Should().Be("route:1");
        Errors(services, Route()).Should().ContainSingle();
    }

    [Fact]
    public void Resolve_NothingConfigured_NamesTheThreeWays()
    {
        using var services = Services.Create();

        Errors(services, Route()).Should().Equal(
            "Route 'r1': connection 'kafka' is not configured. Set ConnectionStrings:kafka, or "
            + "KafkaConsume:Connections:kafka:Config:bootstrap.servers, or the route's KafkaConsume.BootstrapServers.");
    }

    [Fact]
    public void Resolve_UnknownName_SaysWhichWasMeant()
    {
        using var services = Services.Create(("ConnectionStrings:orders-eu", "a:1"), ("KafkaConsume:Connections:billing:Config:ClientId", "x"));

        Errors(services, Route(("Connection", "ordres-eu"))).Should().ContainSingle()
            .Which.Should().StartWith("Route 'r1': connection 'ordres-eu' is not configured.").And.EndWith("Did you mean 'orders-eu'?");
        Errors(services, Route(("Connection", "biling"), ("BootstrapServers", "a:1"))).Should().ContainSingle()
            .Which.Should().EndWith("Did you mean 'billing'?", "brokers on the route do not make up for security that a misspelt name would have given");
    }

    [Fact]
    public void Resolve_NoBrokers_NamesTheThreeWays()
    {
        using var services = Services.Create((Section + "ClientId", "x"));

        Errors(services, Route()).Should().ContainSingle().Which.Should().Contain("has no brokers to start from")
            .And.Contain("ConnectionStrings:kafka").And.Contain(Section + "bootstrap.servers").And.Contain("KafkaConsume.BootstrapServers");
    }

    [Fact]
    public void Resolve_WrongConnectionString_IsReportedWithoutShowingIt()
    {
        using var services = Services.Create(("ConnectionStrings:kafka", "Endpoint=sb://x;SharedAccessKey=hunter2"));

        Errors(services, Route()).Should().ContainSingle()
            .Which.Should().Contain("ConnectionStrings:kafka must be a list host:port").And.NotContain("hunter2");
    }

    [Fact]
    public void Resolve_WrongSection_ReportsEachOfItsErrors()
    {
        using var services = Services.Create((Section + "x", "1"), (Section + "SaslMechanism", "y"), ("ConnectionStrings:kafka", "a:1"));

        Errors(services, Route()).Should().HaveCount(2)
            .And.OnlyContain(error => error.StartsWith("Route 'r1': connection 'kafka' is not valid: KafkaConsume:Connections:kafka:Config:", StringComparison.Ordinal));
    }

    [Fact]
    public void Resolve_RoutePropertyThatContradictsTheConnection_IsAnError()
    {
        using var services = Services.Create(("ConnectionStrings:kafka", "a:1"), (Section + "session.timeout.ms", "6000"));

        Errors(services, Route(("Config.group.protocol", "consumer"))).Should().ContainSingle()
            .Which.Should().Contain("session.timeout.ms does not go with group.protocol");
    }

    [Theory]
    [InlineData("SaslPassword", "hunter2")]
    [InlineData("SaslOauthbearerClientSecret", "hunter2")]
    [InlineData("SslKeyPem", "hunter2")]
    [InlineData("SslKeystorePassword", "hunter2")]
    public void Resolve_RouteThatWouldSendCredentialsElsewhere_IsRefused(string property, string value)
    {
        using var services = Services.Create(("ConnectionStrings:kafka", "a:1"), (Section + property, value));

        Errors(services, Route(("BootstrapServers", "attacker:9092"))).Should().ContainSingle()
            .Which.Should().StartWith("Route 'r1': connection 'kafka' has credentials").And.NotContain("hunter2");
    }

    [Fact]
    public void Resolve_Key_IsEqualForEqualPropertiesAndTellsNothing()
    {
        using var services = Services.Create(
            ("ConnectionStrings:kafka", "a:1"), ("ConnectionStrings:same", "a:1"),
            (Section + "SaslPassword", "hunter2"), ("KafkaConsume:Connections:same:Config:sasl.password", "hunter2"));

        var key = Resolve(services, Route()).Key;

        Resolve(services, Route(("Connection", "same"))).Key.Should().Be(key);
        Resolve(services, Route(("Config.client.id", "x"))).Key.Should().NotBe(key);
        key.Should().MatchRegex("^[0-9a-f]{64}$");
        Resolve(services, Route()).ToString().Should().NotContain("hunter2");
    }

    [Fact]
    public void Resolve_SameRouteAgain_CostsNothing()
    {
        using var services = Services.Create(("ConnectionStrings:kafka", "a:1"));
        var route = Route();

        Resolve(services, route).Should().BeSameAs(Resolve(services, route));
    }

    [Fact]
    public void Resolve_AfterReload_SeesTheChange()
    {
        using var services = Services.Create(("ConnectionStrings:kafka", "a:1"), (Section + "ClientId", "before"));
        var route = Route();
        var before = Resolve(services, route);

        Services.Change(services, ("ConnectionStrings:kafka", "b:2"), (Section + "ClientId", "after"));

        var after = Resolve(services, route);
        after.Properties.Should().Equal(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["bootstrap.servers"] = "b:2", ["client.id"] = "after" });
        after.Key.Should().NotBe(before.Key);
    }

    [Fact]
    public void Resolve_AfterBadReload_KeepsTheConnectionOfARouteThatRan()
    {
        using var services = Services.Create(("ConnectionStrings:kafka", "a:1"), (Section + "SaslMechanism", "Plain"));
        var running = Route();
        var before = Resolve(services, running);

        Services.Change(services, (Section + "SaslMechanism", "nonsense"));

        List<string> errors = [];
        var catalog = services.GetRequiredService<ConnectionCatalog>();
        catalog.Resolve(running, errors).Should().BeSameAs(before);
        errors.Should().ContainSingle().Which.Should().Contain("SaslMechanism = 'nonsense'");
        catalog.Resolve(Route(), []).Should().BeNull("a route that is new has nothing to go on with");

        Services.Change(services, (Section + "SaslMechanism", "Gssapi"));
        Resolve(services, running).Properties["sasl.mechanism"].Should().Be("GSSAPI");
    }

    private static KafkaRoute Route(params (string Key, string Value)[] settings)
    {
        var result = RouteMetadataParser.Parse("r1", settings.Append(("Topics", "t"))
            .ToDictionary(setting => "KafkaConsume." + setting.Item1, setting => setting.Item2, StringComparer.Ordinal));
        result.Errors.Should().BeEmpty();
        return result.Route!;
    }

    private static KafkaConnection Resolve(IServiceProvider services, KafkaRoute route)
    {
        List<string> errors = [];
        var connection = services.GetRequiredService<ConnectionCatalog>().Resolve(route, errors);
        errors.Should().BeEmpty();
        return connection!;
    }

    private static List<string> Errors(IServiceProvider services, KafkaRoute route)
    {
        List<string> errors = [];
        services.GetRequiredService<ConnectionCatalog>().Resolve(route, errors).Should().BeNull();
        return errors;
    }
}
