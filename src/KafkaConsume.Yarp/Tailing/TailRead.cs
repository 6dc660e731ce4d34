namespace KafkaConsume.Yarp.Tailing;

/// <summary>What a reader found.</summary>
internal enum TailRead
{
    /// <summary>Bytes to send; <see cref="TailReader.Advance"/> when they have been taken.</summary>
    Block,

    /// <summary>Nothing new: park.</summary>
    CaughtUp,

    /// <summary>The tail no longer holds what comes next: catch up from Kafka.</summary>
    Behind,

    /// <summary>The source reads other partitions now: attach to its successor.</summary>
    Retired,

    /// <summary>The reader has everything up to where it wanted to read.</summary>
    Done,
}
