namespace KafkaConsume.Yarp.Leasing;

/// <summary>Why a record was handed out in vain, where its client does not say.</summary>
internal static class RecordFailures
{
    /// <summary>Its client did not acknowledge it in time.</summary>
    public const string TimedOut = "ack timeout";

    /// <summary>Its client, or the connection to it, was gone before it had said anything.</summary>
    public const string Cut = "connection cut";

    /// <summary>Its client refused it and gave no reason.</summary>
    public const string Refused = "nack";
}
