using System.Globalization;
using System.Runtime.InteropServices;

namespace Harness.Loading;

/// <summary>
/// Finds records in what a connection receives by the timestamp that the value of each begins with; they may be cut anywhere. A
/// scanner is the memory of one connection.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct RecordScanner
{
    /// <summary>What each value begins with: a name, and the first of nineteen digits.</summary>
    public const string ValueStart = "{\"ts\":1";

    /// <summary>How much of the end of one buffer is put before the next.</summary>
    public const int MaxCarry = 32;

    private const int Digits = 19;
    private const long FirstDigit = 1_000_000_000_000_000_000;

    private long _skip;

    /// <summary>Gets how many bytes at the end of the last buffer have to come before the next one.</summary>
    public int Carry { get; private set; }

    private static ReadOnlySpan<byte> Marker => "\"ts\":1"u8;

    /// <summary>Makes the timestamp of a value out of a time.</summary>
    public static string Stamp(long timestamp) => (FirstDigit + timestamp).ToString(CultureInfo.InvariantCulture);

    /// <summary>Counts the records of a buffer.</summary>
    /// <param name="received">The bytes that were carried, and the new ones.</param>
    /// <param name="valueBytes">How long each value is: so much is not looked at.</param>
    /// <param name="stamps">Receives timestamps of records, as many as there is room for.</param>
    /// <param name="stamped">How many.</param>
    public int Count(ReadOnlySpan<byte> received, int valueBytes, Span<long> stamps, out int stamped)
    {
        var count = 0;
        stamped = 0;
        var jump = Math.Max(Marker.Length + Digits, valueBytes - 2);
        var skipped = (int)Math.Min(_skip, received.Length);
        _skip -= skipped;
        var rest = received[skipped..];
        while (true)
        {
            var at = rest.IndexOf(Marker);
            if (at < 0)
            {
                Carry = Math.Min(rest.Length, Marker.Length - 1);
                return count;
            }

            if (rest.Length - at < Marker.Length - 1 + Digits)
            {
                Carry = rest.Length - at;
                return count;
            }

            count++;
            if (stamped < stamps.Length)
            {
                stamps[stamped++] = Parse(rest.Slice(at + Marker.Length, Digits - 1));
            }

            if (rest.Length - at < jump)
            {
                _skip = jump - (rest.Length - at);
                Carry = 0;
                return count;
            }

            rest = rest[(at + jump)..];
        }
    }

    private static long Parse(ReadOnlySpan<byte> digits)
    {
        var value = 0L;
        foreach (var digit in digits)
        {
            value = (value * 10) + (digit - '0');
        }

        return value;
    }
}
