namespace KafkaConsume.Yarp.Leasing;

/// <summary>Why a record was handed out in vain, where its client does not say.</summary>
internal static class RecordFailures
{
    /// <summary>Its client did not acknowledge it in time.</summary>
    public const string TimedOut = "ack timeout";

    /// <summary>Its client refused it and gave no reason.</summary>
    public const string Refused = "nack";
}
