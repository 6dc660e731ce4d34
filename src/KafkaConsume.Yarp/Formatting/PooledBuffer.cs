using System.Buffers;
using System.Buffers.Text;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Bytes that grow at the end, in an array borrowed from the shared pool. Not for two threads at once.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    /// <summary>What <see cref="Clear"/> keeps at most: one huge record must not hold its memory for ever.</summary>
    private const int MaxKept = 1024 * 1024;
    private const int MinRoom = 256;
    private const int MaxDigits = 20;

    private byte[] _array = [];

    /// <summary>Gets the number of bytes written.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _array.AsSpan(Length);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        EnsureRoom(bytes.Length);
        bytes.CopyTo(_array.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Writes a number in decimal digits.</summary>
    public void WriteNumber(long number)
    {
        EnsureRoom(MaxDigits);
        Utf8Formatter.TryFormat(number, _array.AsSpan(Length), out var written);
        Length += written;
    }

    /// <summary>Gets what was written from a place on, to be changed.</summary>
    public Span<byte> WrittenFrom(int start) => _array.AsSpan(start, Length - start);

    /// <summary>Moves what was written from a place on by some bytes, to the back or (negative) to the front.</summary>
    public void Shift(int start, int distance)
    {
        EnsureRoom(Math.Max(distance, 0));
        _array.AsSpan(start, Length - start).CopyTo(_array.AsSpan(start + distance));
        Length += distance;
    }

    /// <summary>Takes back what was written from a place on.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    public void Clear()
    {
        Length = 0;
        if (_array.Length > MaxKept)
        {
            Dispose();
        }
    }

    /// <summary>Gives the array back. The buffer is empty then, and may be used again.</summary>
    public void Dispose()
    {
        var array = _array;
        _array = [];
        Length = 0;
        BufferArrays.Return(array);
    }

    private void EnsureRoom(int size)
    {
        if (_array.Length - Length < Math.Max(size, 1))
        {
            Grow(Math.Max(size, MinRoom));
        }
    }

    private void Grow(int room)
    {
        var doubled = (int)Math.Min(2L * _array.Length, Array.MaxLength);
        var array = BufferArrays.Rent(Math.Max(checked(Length + room), doubled));
        WrittenSpan.CopyTo(array);
        var old = _array;
        _array = array;
        BufferArrays.Return(old);
    }
}
