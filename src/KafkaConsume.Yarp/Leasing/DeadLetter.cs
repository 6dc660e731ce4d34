namespace KafkaConsume.Yarp.Leasing;

/// <summary>A record that is to become a dead letter, and how often that has failed.</summary>
internal sealed class DeadLetter(TrackedRecord record)
{
    public TrackedRecord Record { get; } = record;

    public int Failures { get; set; }
}
