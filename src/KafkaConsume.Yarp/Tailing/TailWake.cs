namespace KafkaConsume.Yarp.Tailing;

/// <summary>Why a parked reader goes on.</summary>
[Flags]
internal enum TailWake
{
    None = 0,

    /// <summary>There may be records.</summary>
    Data = 1,

    /// <summary>It has been silent for long enough.</summary>
    Heartbeat = 2,

    /// <summary>The client has gone, or its stream shall end.</summary>
    Closed = 4,
}
