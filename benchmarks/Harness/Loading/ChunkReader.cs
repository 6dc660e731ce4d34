using System.Runtime.InteropServices;

namespace Harness.Loading;

/// <summary>
/// Takes the chunks of HTTP/1.1 apart, whose borders may lie anywhere in a record. A reader is the memory of one connection.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct ChunkReader
{
    private long _left;
    private int _size;
    private bool _isInSize;

    /// <summary>Finds the next piece of content and returns where it begins and how long it is; a length of 0 when there is no more.</summary>
    /// <param name="received">What was received.</param>
    /// <param name="position">Where to go on.</param>
    public (int Start, int Length) Next(ReadOnlySpan<byte> received, int position)
    {
        while (_left == 0 && position < received.Length)
        {
            Read(received[position++]);
        }

        var length = (int)Math.Min(_left, received.Length - position);
        _left -= length;
        return (position, length);
    }

    // The line break behind a chunk, the size in hexadecimal digits, another line break.
    private void Read(byte character)
    {
        if (character == '\n')
        {
            (_left, _size, _isInSize) = (_isInSize ? _size : 0, 0, false);
        }
        else if (character != '\r')
        {
            _isInSize = true;
            _size = (_size << 4) | ((character & 15) + (character > '9' ? 9 : 0));
        }
    }
}
