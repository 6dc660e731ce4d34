using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>Frames records, once, and appends them to a chain of segments. For one thread.</summary>
internal sealed class TailWriter : IDisposable
{
    /// <summary>Above this many partitions a cursor is too long to go with every record: one goes with each batch.</summary>
    private const int CursorPerRecordPartitions = 32;

    private readonly PartitionMap _map;
    private readonly TailBudget _budget;
    private readonly IFraming _framing;
    private readonly PooledBuffer _frame = new();
    private readonly byte[] _cursor;

    // A batch names its position in its headers.
    private readonly bool _hasCursors;
    private bool _isCursorDue;

    public TailWriter(PartitionMap map, FramingSpec spec, ReadOnlySpan<long> positions, TailBudget budget)
    {
        _map = map;
        _budget = budget;
        _framing = spec.Create();
        _hasCursors = spec.Kind is not FramingKind.Json;
        _cursor = new byte[CursorCodec.GetMaxLength(map)];
        Last = Begin(positions);
    }

    /// <summary>Gets the next offset of every partition behind what was written.</summary>
    public long[] Positions { get; private set; } = [];

    /// <summary>Gets the segment that is being written.</summary>
    public TailSegment Last { get; private set; }

    /// <summary>Gets how many bytes were written since the chain began.</summary>
    public long Length { get; private set; }

    /// <summary>Says whether every record carries the position behind it, and not just every batch.</summary>
    public static bool HasCursorPerRecord(PartitionMap map) => map.Count <= CursorPerRecordPartitions;

    /// <summary>Begins a new chain.</summary>
    public TailSegment Begin(ReadOnlySpan<long> positions)
    {
        Positions = positions.ToArray();
        Length = 0;
        _isCursorDue = false;
        return Last = new TailSegment(positions.ToArray(), _budget);
    }

    public void WriteRecord(int partition, in RecordView record)
    {
        Positions[partition] = record.Offset + 1;
        _frame.Clear();
        _framing.WriteRecord(_frame, record, CursorOfRecord());
        Append(partition, record.Offset);
    }

    /// <summary>Writes the news that records are gone from Kafka.</summary>
    public void WriteGap(int partition, GapInfo gap)
    {
        Positions[partition] = gap.Available;
        _frame.Clear();
        _framing.WriteGap(_frame, [gap], CursorOfRecord());
        Append(partition, gap.Available - 1);
    }

    /// <summary>Writes that a partition has moved on without a record.</summary>
    public void WritePosition(int partition, long next)
    {
        Positions[partition] = next;
        _frame.Clear();
        var cursor = CursorOfRecord();
        if (!cursor.IsEmpty)
        {
            _framing.WritePosition(_frame, cursor);
        }

        Append(partition, next - 1);
    }

    /// <summary>Notes that a partition has moved on without a record; readers are told at the end of the batch.</summary>
    public void Pass(int partition, long next)
    {
        Positions[partition] = next;
        _frame.Clear();
        _isCursorDue = _hasCursors;
        Append(partition, next - 1);
    }

    /// <summary>Ends a batch, and shows readers what was written.</summary>
    public void Publish()
    {
        if (_isCursorDue)
        {
            _isCursorDue = false;
            _frame.Clear();
            _framing.WritePosition(_frame, Cursor());
            Append(-1, 0);
        }

        Last.Publish();
    }

    /// <summary>Goes on in a new segment.</summary>
    public void Roll()
    {
        Last.Publish();
        var previous = Last;
        Last = new TailSegment(previous.PositionsAt(previous.Count), _budget);
        previous.Next = Last;
    }

    public void Dispose()
    {
        _frame.Dispose();
        _framing.Dispose();
    }

    private void Append(int partition, long offset)
    {
        if (!Last.TryAppend(_frame.WrittenSpan, partition, offset))
        {
            Roll();
            Last.TryAppend(_frame.WrittenSpan, partition, offset);
        }

        Length += _frame.Length;

        // What a huge record took is not to wait for the next one.
        _frame.Clear();
    }

    private ReadOnlySpan<byte> CursorOfRecord()
    {
        if (_hasCursors && HasCursorPerRecord(_map))
        {
            return Cursor();
        }

        _isCursorDue = _hasCursors;
        return default;
    }

    private ReadOnlySpan<byte> Cursor() => _cursor.AsSpan(0, CursorCodec.Encode(_map, Positions, _cursor));
}
