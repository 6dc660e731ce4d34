namespace KafkaConsume.Yarp.Transports;

/// <summary>Why a stream ends.</summary>
internal enum StreamEnd
{
    /// <summary>The client has gone, or has said that it goes.</summary>
    ClientGone,

    /// <summary>The gateway stops.</summary>
    Shutdown,

    /// <summary>The route was changed or removed by a reload.</summary>
    RouteChanged,

    /// <summary>The client has everything that it asked for.</summary>
    Done,

    /// <summary>The client did not keep up, and the route does not read separately for it.</summary>
    TooSlow,
}
