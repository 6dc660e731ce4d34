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
