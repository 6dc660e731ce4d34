using System.Diagnostics;
using System.Text;
using Harness.Loading;

namespace Harness.Kafka;

/// <summary>A value that is JSON, begins with the time, and has a length.</summary>
internal static class RecordValue
{
    private const string End = "\"}";

    public static byte[] Now(int valueBytes)
    {
        var value = new byte[valueBytes];
        value.AsSpan().Fill((byte)'x');
        Encoding.ASCII.GetBytes($"{{\"ts\":{RecordScanner.Stamp(Stopwatch.GetTimestamp())},\"p\":\"", value);
        Encoding.ASCII.GetBytes(End, value.AsSpan(valueBytes - End.Length));
        return value;
    }
}
