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
}
