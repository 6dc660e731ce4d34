using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// How a gateway is a member of one group. Where nobody has said, it tries the protocol of the brokers first and the classic one when
/// that is refused. Used by the consumer's thread alone.
/// </summary>
internal sealed partial class MemberProtocol(string groupId, KafkaConnection connection, KafkaCluster cluster, ILogger logger)
{
    private readonly bool _isOpen = KafkaPropertyRules.ProtocolOf(connection.Properties) is null;
    private GroupProtocol? _refused;
    private bool _hasChanged;

    /// <summary>Gets the protocol to join with, where the connection leaves it open.</summary>
    public GroupProtocol Current => _refused switch
    {
        GroupProtocol.Consumer => GroupProtocol.Classic,
        GroupProtocol.Classic => GroupProtocol.Consumer,
        _ => cluster.HasClassicGroupsOnly ? GroupProtocol.Classic : GroupProtocol.Consumer,
    };

    /// <summary>Looks whether an error means that the other protocol is to be tried.</summary>
    /// <returns>True if the consumer is to be made anew.</returns>
    public bool Reconsider(Error error)
    {
        if (!_isOpen || _hasChanged)
        {
            return false;
        }

        if (Current == GroupProtocol.Consumer && error.Code is ErrorCode.UnsupportedVersion or ErrorCode.Local_UnsupportedFeature)
        {
            cluster.HasClassicGroupsOnly = true;
            Log.ClassicOnly(logger, groupId, error.Code);
            return _hasChanged = true;
        }

        // Once for each: two protocols that refuse each other are for somebody to look at.
        if (_refused is null && error.Code is ErrorCode.InconsistentGroupProtocol or ErrorCode.GroupIdNotFound && !cluster.HasClassicGroupsOnly)
        {
            Log.OtherProtocol(logger, groupId, Current, error.Code, error.Reason);
            _refused = Current;
            return _hasChanged = true;
        }

        return false;
    }

    /// <summary>Says whether the protocol has changed since this was asked.</summary>
    public bool TakeChange() => (_hasChanged, _hasChanged = false).Item1;

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Information,
            "Kafka group {GroupId}: the brokers do not have the group protocol 'consumer' ({Code}); going on with 'classic'",
            EventName = nameof(ClassicOnly))]
        public static partial void ClassicOnly(ILogger logger, string groupId, ErrorCode code);

        [LoggerMessage(
            2,
            LogLevel.Warning,
            "Kafka group {GroupId}: its members do not let one of the protocol {Protocol} in ({Code}: {Reason}); trying the other one",
            EventName = nameof(OtherProtocol))]
        public static partial void OtherProtocol(ILogger logger, string groupId, GroupProtocol protocol, ErrorCode code, string reason);
    }
}
