using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>The headers of one record, in order, in memory that serves one record after another.</summary>
internal sealed class RecordHeaders
{
    /// <summary>What <see cref="Clear"/> keeps at most: one huge header must not hold its memory for ever.</summary>
    private const int MaxKeptBytes = 1024 * 1024;
    private const int MaxKeptEntries = 1024;

    private byte[] _bytes = [];
    private Entry[] _entries = [];
    private int _length;

    public int Count { get; private set; }

    /// <summary>Gets the bytes of all names and values.</summary>
    public int Size => _length;

    /// <summary>Gets all names and values, one behind the other.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public RecordHeader this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var start = index == 0 ? 0 : _entries[index - 1].ValueEnd;
            var entry = _entries[index];
            return new RecordHeader(
                _bytes.AsSpan(start, entry.NameEnd - start), _bytes.AsSpan(entry.NameEnd, entry.ValueEnd - entry.NameEnd), entry.HasValue);
        }
    }

    /// <summary>Makes headers that stay as they are, whatever becomes of these.</summary>
    public RecordHeaders Copy() => new() { _bytes = Bytes.ToArray(), _entries = _entries[..Count], _length = _length, Count = Count };

    public void Add(Headers headers)
    {
        for (var index = 0; index < headers.Count; index++)
        {
            var header = headers[index];
            var value = header.GetValueBytes();
            Add(header.Key, value, value is not null);
        }
    }

    /// <summary>Adds a header. A name that is not valid UTF-8 is made so, as Confluent.Kafka does, so that it can always be written.</summary>
    public void Add(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> value, bool hasValue)
    {
        if (!Utf8.IsValid(nameUtf8))
        {
            Add(Encoding.UTF8.GetString(nameUtf8), value, hasValue);
            return;
        }

        nameUtf8.CopyTo(Room(nameUtf8.Length));
        Finish(nameUtf8.Length, value, hasValue);
    }

    /// <summary>Forgets the headers and keeps the memory.</summary>
    public void Clear()
    {
        Count = 0;
        _length = 0;
        if (_bytes.Length > MaxKeptBytes || _entries.Length > MaxKeptEntries)
        {
            _bytes = [];
            _entries = [];
        }
    }

    private void Add(string name, ReadOnlySpan<byte> value, bool hasValue) =>
        Finish(Encoding.UTF8.GetBytes(name, Room(Encoding.UTF8.GetMaxByteCount(name.Length))), value, hasValue);

    private void Finish(int nameLength, ReadOnlySpan<byte> value, bool hasValue)
    {
        _length += nameLength;
        var nameEnd = _length;
        value.CopyTo(Room(value.Length));
        _length += value.Length;
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(8, Count * 2));
        }

        _entries[Count++] = new Entry(nameEnd, _length, hasValue);
    }

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size)
        {
            Array.Resize(ref _bytes, Math.Max(checked(_length + size), (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        }

        return _bytes.AsSpan(_length);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(int NameEnd, int ValueEnd, bool HasValue);
}
