using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Transports;

/// <summary>One client's end of a stream. One caller at a time.</summary>
internal interface IStreamSink
{
    FramingKind Kind { get; }

    /// <summary>Gets a value indicating whether the bytes may be reused as soon as <see cref="WriteAsync"/> has returned its task.</summary>
    bool TakesAtOnce { get; }

    /// <summary>Answers the request and sends the first bytes at once.</summary>
    /// <param name="cursor">Where the client stands; null while Kafka has not told.</param>
    ValueTask StartAsync(string? cursor);

    /// <summary>Sends framed bytes. They may be reused when the task has completed, or before: <see cref="TakesAtOnce"/>.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> frames);

    /// <summary>Sends a sign of life.</summary>
    /// <param name="cursor">Where the client stands; null while Kafka has not told.</param>
    /// <param name="hasMoved">Whether the client has moved since it was told where it stands.</param>
    ValueTask HeartbeatAsync(Func<string?> cursor, bool hasMoved);

    /// <summary>Gets how long after records a probe is to be sent, for its sign to say something about them.</summary>
    TimeSpan ProbePause { get; }

    /// <summary>Writes something behind all that has been written, which gives a sign when it has arrived.</summary>
    /// <param name="number">The number of the probe, one more than that of the last.</param>
    ValueTask ProbeAsync(long number);

    /// <summary>Gets the number of the last probe that there was a sign for, or 0. All that was written before it has arrived.</summary>
    long LastArrived(long now);

    /// <summary>Looks after the client, about once a second and beside whatever is going on.</summary>
    /// <returns>False if the client gives no sign of life.</returns>
    bool IsAlive(long now);

    /// <summary>Tells the client that it has everything that it asked for, and ends the stream.</summary>
    ValueTask FinishAsync(string cursor);

    /// <summary>Tells the client what went wrong and ends the stream.</summary>
    ValueTask FailAsync(KafkaProblem problem);

    /// <summary>Ends the stream.</summary>
    ValueTask EndAsync(StreamEnd reason);
}
