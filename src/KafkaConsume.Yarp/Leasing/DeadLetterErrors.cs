using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Sorts Kafka's refusals of dead letters.</summary>
internal static class DeadLetterErrors
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>Says whether an error stays until somebody does something about it.</summary>
    public static bool IsLasting(ErrorCode error) => error
        is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsg or ErrorCode.InvalidRecord
        or ErrorCode.UnknownTopicOrPart or ErrorCode.TopicException or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition
        or ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.PolicyViolation
        or ErrorCode.Local_InvalidArg or ErrorCode.Local_Fail;

    /// <summary>Gets how long to wait before it is tried again for the how many-th time.</summary>
    public static TimeSpan PauseAfter(ErrorCode error, int failures) =>
        Doubling.Of(IsLasting(error) ? LongPause : FirstPause, failures - 1, LongestPause);
}
