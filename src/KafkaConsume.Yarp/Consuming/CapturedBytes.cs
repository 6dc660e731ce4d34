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

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    public Ignore Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (data.Length > _bytes.Length)
        {
            _bytes = new byte[data.Length > MaxKept ? data.Length : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(data.Length, 256))];
        }

        data.CopyTo(_bytes);
        _length = data.Length;
        HasValue = !isNull;
        return null!;
    }

    /// <summary>Lets go of what a huge record took.</summary>
    public void Release()
    {
        if (_bytes.Length > MaxKept)
        {
            _bytes = [];
            _length = 0;
        }
    }
}
