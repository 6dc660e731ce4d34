namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>Bytes that have arrived and have not been understood yet.</summary>
internal sealed class UnreadBytes
{
    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, _end - _start);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _end < bytes.Length)
        {
            var grown = new byte[Math.Max(_bytes.Length, 2 * (Span.Length + bytes.Length))];
            Span.CopyTo(grown);
            (_bytes, _start, _end) = (grown, 0, Span.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Takes bytes from the front.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        var taken = Span[..count];
        _start += count;
        return taken;
    }

    /// <summary>Takes what lies before a separator, and the separator; false when it has not come yet.</summary>
    public bool TryTakeUntil(ReadOnlySpan<byte> separator, out ReadOnlySpan<byte> before)
    {
        var length = Span.IndexOf(separator);
        before = length < 0 ? default : Take(length + separator.Length)[..length];
        return length >= 0;
    }
}
