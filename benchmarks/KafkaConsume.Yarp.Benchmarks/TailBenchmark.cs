using System.Text;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Tailing;

namespace KafkaConsume.Yarp.Benchmarks;

/// <summary>What a record costs the tail, once, and what it costs each client that reads it there, without a network.</summary>
internal sealed class TailBenchmark : IDisposable
{
    private const int Batch = 100;
    private const int Batches = 200;

    private const string JsonStart = "{\"ts\":1000012345678901234,\"p\":\"";
    private const string JsonEnd = "\"}";

    private static readonly byte[] Key = "c-128"u8.ToArray();

    private readonly byte[] _value;
    private readonly byte[] _connection = new byte[128 * 1024];
    private readonly TailLog _log;
    private readonly TailReader[] _readers;
    private readonly string _name;
    private long _offset;

    public TailBenchmark(FramingKind kind, int readers, int valueBytes, KafkaMessageDeserializer deserializer = KafkaMessageDeserializer.Noop)
    {
        var isJson = deserializer == KafkaMessageDeserializer.Json;
        _name = $"{kind}{(isJson ? " of JSON" : "")}, {valueBytes} B";
        var value = isJson ? JsonStart.PadRight(valueBytes - JsonEnd.Length, 'x') + JsonEnd : new string('x', valueBytes);
        _value = Encoding.UTF8.GetBytes(value);
        var map = new PartitionMap([new TopicPartitions("orders", Guid.NewGuid(), 1)]);
        var spec = new FramingSpec(kind, deserializer, KafkaRecordFormat.Record);
        _log = new TailLog(map, spec, [0], TailMemory.Of(new KafkaTailOptions(), TimeProvider.System));
        _readers = new TailReader[readers];
        for (var index = 0; index < readers; index++)
        {
            _readers[index] = new TailReader();
            _readers[index].AttachAtHead(_log);
        }
    }

    public Measurement Append() => Measurement.Of($"append a record: {_name}", Batch * Batches, () => Run(_readers.AsSpan(0, 0)));

    public Measurement Read()
    {
        foreach (var reader in _readers)
        {
            reader.AttachAtHead(_log);
        }

        var operations = Batch * Batches * _readers.Length;
        return Measurement.Of($"append and deliver to {_readers.Length:N0} clients, per delivery: {_name}", operations, () => Run(_readers));
    }

    public void Dispose()
    {
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }

        _log.Dispose();
    }

    private void Run(ReadOnlySpan<TailReader> readers)
    {
        for (var batch = 0; batch < Batches; batch++)
        {
            for (var count = 0; count < Batch; count++)
            {
                _log.Append(0, new RecordView
                {
                    Topic = "orders",
                    Partition = 0,
                    Offset = _offset++,
                    TimestampMs = 1_770_000_000_000,
                    Key = Key,
                    HasKey = true,
                    Value = _value,
                    HasValue = true,
                });
            }

            _log.Publish();
            _log.WakeReaders();
            foreach (var reader in readers)
            {
                while (reader.TryRead(out var block) == TailRead.Block)
                {
                    block.Span.CopyTo(_connection);
                    reader.Advance();
                }
            }
        }
    }
}
