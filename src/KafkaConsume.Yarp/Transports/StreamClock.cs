using System.Runtime.InteropServices;

namespace KafkaConsume.Yarp.Transports;

/// <summary>When a stream was last written to, and since when a write has been going on. Written by the stream, read by the sweeper.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct StreamClock(TimeProvider time)
{
    private long _writeStarted;
    private long _lastWrite = time.GetTimestamp();

    public void BeginWrite() => Volatile.Write(ref _writeStarted, time.GetTimestamp());

    public void EndWrite()
    {
        Volatile.Write(ref _lastWrite, time.GetTimestamp());
        Volatile.Write(ref _writeStarted, 0);
    }

    /// <summary>Says whether a write has been going on for longer than this.</summary>
    public readonly bool IsWritingFor(TimeSpan limit, long now)
    {
        var started = Volatile.Read(in _writeStarted);
        return started != 0 && time.GetElapsedTime(started, now) > limit;
    }

    /// <summary>Says whether nothing has been written for so long.</summary>
    public readonly bool IsSilentFor(TimeSpan interval, long now) => time.GetElapsedTime(Volatile.Read(in _lastWrite), now) >= interval;
}
