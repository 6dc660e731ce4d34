using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// A piece of the past, framed: every record from its first positions to its last. Any client whose positions lie in between reads it as
/// it would read the tail. It is kept for a while for those that come after.
/// </summary>
/// <param name="request">What was asked for.</param>
/// <param name="first">The first of its segments.</param>
/// <param name="to">The next offset of every partition behind it.</param>
/// <param name="problem">Why nothing could be read.</param>
internal sealed class CatchUpPiece(CatchUpRequest request, TailSegment first, long[] to, KafkaProblem? problem = null)
{
    // Whoever made it holds it first.
    private int _holds = 1;

    public TailSegment First { get; } = first;

    public long[] To { get; } = to;

    public KafkaProblem? Problem { get; } = problem;

    /// <summary>Gets or sets when somebody needed it last.</summary>
    public long LastUse { get; set; }

    /// <summary>Gets how many bytes it takes.</summary>
    public long Size
    {
        get
        {
            var size = 0L;
            for (var segment = First; segment is not null; segment = segment.Next)
            {
                size += segment.Size;
            }

            return size;
        }
    }

    /// <summary>Gets a value indicating whether there is nothing in it, not even a step on.</summary>
    public bool IsEmpty => First.Count == 0;

    /// <summary>Gives how many records at most it has for a client; none if the client's place is not in it.</summary>
    public long NewTo(CatchUpRequest other)
    {
        if (!ReferenceEquals(request.Map, other.Map) || request.Framing != other.Framing)
        {
            return 0;
        }

        var records = 0L;
        for (var index = 0; index < To.Length; index++)
        {
            if (other.From[index] < request.From[index])
            {
                return 0;
            }

            records += Math.Max(0, To[index] - other.From[index]);
        }

        return records;
    }

    /// <summary>Keeps it in memory until <see cref="Release"/>. Only for somebody who knows that it is held.</summary>
    public void Hold() => Interlocked.Increment(ref _holds);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holds) == 0)
        {
            for (var segment = First; segment is not null; segment = segment.Next)
            {
                segment.Unpin();
            }
        }
    }
}
