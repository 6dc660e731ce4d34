using System.Buffers.Text;

namespace Harness.Loading;

/// <summary>Reads one answer after another from a connection: a head with a length, and as many bytes, in which it counts the records.</summary>
internal sealed class AnswerReader
{
    /// <summary>How much of what has come may be put before what comes next.</summary>
    public const int MaxCarry = 4096;

    private readonly byte[] _carried = new byte[MaxCarry];
    private RecordScanner _scanner;
    private int _carry;
    private long _left = -1;
    private int _records;

    /// <summary>Gets a value indicating whether the answer is there to its end.</summary>
    public bool IsComplete => _left == 0;

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> Ok => "HTTP/1.1 200"u8;

    private static ReadOnlySpan<byte> Length => "Content-Length: "u8;

    /// <summary>Puts what was left of the last bytes before those to come.</summary>
    /// <returns>How much that is.</returns>
    public int Restore(Span<byte> buffer)
    {
        _carried.AsSpan(0, _carry).CopyTo(buffer);
        return _carry;
    }

    /// <summary>Takes what has come.</summary>
    /// <returns>False if it is no answer that has records.</returns>
    public bool Take(ReadOnlySpan<byte> received, int valueBytes, Span<long> stamps, out int stamped)
    {
        stamped = 0;
        if (_left < 0)
        {
            var end = received.IndexOf(HeadEnd);
            if (end < 0)
            {
                return Carry(received);
            }

            var length = received[..end].IndexOf(Length);
            if (!received.StartsWith(Ok) || length < 0 || !Utf8Parser.TryParse(received[(length + Length.Length)..], out _left, out _))
            {
                return false;
            }

            received = received[(end + HeadEnd.Length)..];
            _carry = 0;
        }

        _left -= received.Length - _carry;
        _records += _scanner.Count(received, valueBytes, stamps, out stamped);
        return Carry(received[^_scanner.Carry..]);
    }

    /// <summary>Gets how many records have come since the last time.</summary>
    public int TakeRecords()
    {
        var records = _records;
        _records = 0;
        return records;
    }

    /// <summary>Begins with the next answer.</summary>
    public void Begin() => (_left, _carry, _scanner) = (-1, 0, default);

    private bool Carry(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > MaxCarry)
        {
            return false;
        }

        rest.CopyTo(_carried);
        _carry = rest.Length;
        return true;
    }
}
