using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>librdkafka's <c>rd_kafka_message_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct NativeMessage
{
    /// <summary>How Kafka's record format writes the length of null: -1.</summary>
    private const byte NullLength = 1;

    public readonly ErrorCode Error;
    public readonly nint Topic;
    public readonly int Partition;
    private readonly byte* _value;
    private readonly nuint _valueLength;
    private readonly byte* _key;
    private readonly nuint _keyLength;
    public readonly long Offset;
    private readonly nint _private;

    public ReadOnlySpan<byte> Key => new(_key, checked((int)_keyLength));

    public bool HasKey => _key is not null;

    public ReadOnlySpan<byte> Value => new(_value, checked((int)_valueLength));

    public bool HasValue => _value is not null;

    /// <summary>
    /// Gets a value indicating whether librdkafka has to be asked for headers. Its answer, also that there are none, takes as long as all else
    /// that is done with a small record. Key and value mostly lie as they came over the wire, where the number of headers follows the value.
    /// Whether they do is not taken on trust: their lengths must stand before them, as Kafka's record format has it. In any other case
    /// librdkafka is asked.
    /// </summary>
    public bool MayHaveHeaders
    {
        get
        {
            if (_value is null || _valueLength == 0)
            {
                return true;
            }

            var beforeValue = _value - VarInt.SizeOf(VarInt.ZigZag((long)_valueLength));
            return !IsLength((long)_valueLength, beforeValue)
                || (_key is null ? beforeValue[-1] != NullLength : _key + _keyLength != beforeValue || !IsLengthBefore((long)_keyLength, _key))
                || _value[_valueLength] != 0;
        }
    }

    /// <summary>Gets the message that lies at an address.</summary>
    public static ref readonly NativeMessage At(nint address) => ref *(NativeMessage*)address;

    private static bool IsLengthBefore(long length, byte* end) => IsLength(length, end - VarInt.SizeOf(VarInt.ZigZag(length)));

    private static bool IsLength(long length, byte* start)
    {
        var value = VarInt.ZigZag(length);
        for (; value >= 0x80; value >>= 7)
        {
            if (*start++ != (byte)(value | 0x80))
            {
                return false;
            }
        }

        return *start == (byte)value;
    }
}
