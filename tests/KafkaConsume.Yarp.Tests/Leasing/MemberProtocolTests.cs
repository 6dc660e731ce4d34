using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class MemberProtocolTests : IDisposable
{
    private readonly LogCapture _logs = new();
    private readonly KafkaConsume.Yarp.Consuming.KafkaCluster _cluster;

    public MemberProtocolTests() =>
        _cluster = new KafkaConsume.Yarp.Consuming.KafkaCluster(Connection(), TimeSpan.FromSeconds(1), _logs.CreateLogger("cluster"));

    [Theory]
    [InlineData(ErrorCode.UnsupportedVersion)]
    [InlineData(ErrorCode.Local_UnsupportedFeature)]
    public void Reconsider_TheBrokersHaveNoSuchProtocol_IsClassicForAllGroupsOfTheConnection(ErrorCode error)
    {
        var protocol = Create();
        protocol.Current.Should().Be(GroupProtocol.Consumer);

        protocol.Reconsider(new Error(error)).Should().BeTrue();

        protocol.Current.Should().Be(GroupProtocol.Classic);
        protocol.TakeChange().Should().BeTrue();
        protocol.TakeChange().Should().BeFalse();
        Create().Current.Should().Be(GroupProtocol.Classic, "it is remembered");
        protocol.Reconsider(new Error(error)).Should().BeFalse();
    }

    [Fact]
    public void Reconsider_TheGroupHasOtherMembers_TriesTheOtherProtocolOnceForThisGroup()
    {
        var protocol = Create();

        protocol.Reconsider(new Error(ErrorCode.InconsistentGroupProtocol)).Should().BeTrue();
        protocol.Current.Should().Be(GroupProtocol.Classic);
        protocol.TakeChange();

        protocol.Reconsider(new Error(ErrorCode.InconsistentGroupProtocol)).Should().BeFalse("that would go on for ever");
        Create().Current.Should().Be(GroupProtocol.Consumer);
    }

    [Theory]
    [InlineData("group.protocol", "consumer")]
    [InlineData("group.protocol", "classic")]
    [InlineData("session.timeout.ms", "6000")]
    [InlineData("group.remote.assignor", "range")]
    public void Reconsider_SomebodyHasChosen_ChangesNothing(string property, string value)
    {
        var protocol = Create((property, value));

        protocol.Reconsider(new Error(ErrorCode.UnsupportedVersion)).Should().BeFalse();
        protocol.Reconsider(new Error(ErrorCode.InconsistentGroupProtocol)).Should().BeFalse();
        _cluster.HasClassicGroupsOnly.Should().BeFalse();
    }

    [Fact]
    public void Reconsider_AnyOtherError_ChangesNothing()
    {
        var protocol = Create();

        foreach (var error in (ErrorCode[])[ErrorCode.Local_AllBrokersDown, ErrorCode.GroupAuthorizationFailed, ErrorCode.UnreleasedInstanceId])
        {
            protocol.Reconsider(new Error(error)).Should().BeFalse();
        }

        protocol.Current.Should().Be(GroupProtocol.Consumer);
    }

    public void Dispose() => _cluster.Dispose();

    private static KafkaConnection Connection(params (string Name, string Value)[] properties) => new(
        "kafka",
        properties.Append(("bootstrap.servers", "127.0.0.1:1")).ToDictionary(property => property.Item1, property => property.Item2, StringComparer.Ordinal),
        "key");

    private MemberProtocol Create(params (string Name, string Value)[] properties) =>
        new("group", Connection(properties), _cluster, _logs.CreateLogger("test"));
}
