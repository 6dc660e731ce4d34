using System.Numerics;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>Keeps the key or value of the last record that a consumer gave, in memory that serves one record after another.</summary>
internal sealed class CapturedBytes : IDeserializer<Ignore>
{
    /// <summary>One huge record must not hold its memory for ever.</summary>
    private const int MaxKept = 1024 * 1024;

    private byte[] _bytes = [];
    private int _length;

    /// <summary>Gets a value indicating whether there is one; an empty one is one, null is not.</summary>
    public bool HasValue { get; private set; }

    /// <summary>Gets the bytes; none when there are too many for a record to be delivered with.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <summary>Gets how many bytes there are.</summary>
    public long Size { get; private set; }

    public Ignore Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        HasValue = !isNull;
        Size = data.Length;
        _length = data.Length > RecordWeight.Max ? 0 : data.Length;
        if (_length > _bytes.Length || (_bytes.Length > MaxKept && _length <= MaxKept))
        {
            _bytes = new byte[_length > MaxKept ? _length : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(_length, 256))];
        }

        data[.._length].CopyTo(_bytes);
        return null!;
    }
}
