using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Sorts Kafka's refusals of commits.</summary>
internal static class CommitErrors
{
    /// <summary>
    /// Says whether an error comes with rebalances and moving coordinators. After these, as after all others, a commit is tried again
    /// for as long as the partition is owned: a rebalance may well leave it here, and when it does not, the ownership ends.
    /// </summary>
    public static bool IsPassing(ErrorCode error) => error
        is ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId
        or ErrorCode.FencedMemberEpoch or ErrorCode.StaleMemberEpoch or ErrorCode.Local_AssignmentLost
        or ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.GroupLoadInProgress
        or ErrorCode.RequestTimedOut or ErrorCode.Local_WaitCoord or ErrorCode.Local_Transport;
}
