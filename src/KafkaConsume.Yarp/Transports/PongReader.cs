using System.Buffers.Binary;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// Finds the answers to numbered pings in what a client sends (RFC 6455, section 5), without keeping anything else of it. A pong says that the client
/// has read everything that was sent before the ping.
/// </summary>
internal sealed class PongReader
{
    public const int PayloadLength = sizeof(long);

    private const int Pong = 0xA;
    private const int ShortHeader = 2;
    private const int MaskLength = 4;

    // The header of a frame and, of a pong, its payload.
    private readonly byte[] _bytes = new byte[ShortHeader + sizeof(ulong) + MaskLength + PayloadLength];
    private int _count;
    private ulong _toSkip;
    private long _last;

    /// <summary>Gets the number of the last ping that has been answered, or 0. May be called from any thread.</summary>
    public long Last => Volatile.Read(ref _last);

    private bool IsMasked => (_bytes[1] & 0x80) != 0;

    private int HeaderLength => ShortHeader + ExtendedLength + (IsMasked ? MaskLength : 0);

    private int ExtendedLength => (_bytes[1] & 0x7F) switch
    {
        126 => sizeof(ushort),
        127 => sizeof(ulong),
        _ => 0,
    };

    /// <summary>Reads what has come next.</summary>
    /// <param name="received">The bytes.</param>
    /// <param name="sent">The number of the last ping that was sent: none behind it can have been answered.</param>
    /// <returns>Whether there was an answer among it.</returns>
    public bool Read(ReadOnlySpan<byte> received, long sent)
    {
        var before = _last;
        while (!received.IsEmpty)
        {
            if (_toSkip > 0)
            {
                var skipped = (int)Math.Min(_toSkip, (ulong)received.Length);
                _toSkip -= (ulong)skipped;
                received = received[skipped..];
                continue;
            }

            _bytes[_count++] = received[0];
            received = received[1..];
            TryFinish(sent);
        }

        return _last != before;
    }

    private void TryFinish(long sent)
    {
        if (_count < ShortHeader || _count < HeaderLength)
        {
            return;
        }

        var length = PayloadLengthOf();
        var isNumber = (_bytes[0] & 0xF) == Pong && length == PayloadLength;
        if (isNumber && _count < HeaderLength + PayloadLength)
        {
            return;
        }

        if (isNumber && Number() is var number && number > _last && number <= sent)
        {
            Volatile.Write(ref _last, number);
        }

        _toSkip = isNumber ? 0 : length;
        _count = 0;
    }

    private ulong PayloadLengthOf() => ExtendedLength switch
    {
        sizeof(ushort) => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(ShortHeader)),
        sizeof(ulong) => BinaryPrimitives.ReadUInt64BigEndian(_bytes.AsSpan(ShortHeader)),
        _ => (ulong)(_bytes[1] & 0x7F),
    };

    private long Number()
    {
        Span<byte> payload = stackalloc byte[PayloadLength];
        for (var index = 0; index < PayloadLength; index++)
        {
            payload[index] = (byte)(_bytes[HeaderLength + index] ^ (IsMasked ? _bytes[HeaderLength - MaskLength + (index % MaskLength)] : 0));
        }

        return BinaryPrimitives.ReadInt64BigEndian(payload);
    }
}
