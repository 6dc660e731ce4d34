using System.Threading.Channels;
using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>A Kafka consumer on a thread of its own that reads pieces of the past for one client after another.</summary>
internal sealed partial class CatchUpConsumer : IRecordSink, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Channel<(CatchUpRequest Request, TaskCompletionSource<CatchUpChunk> Answer)> _requests =
        Channel.CreateBounded<(CatchUpRequest, TaskCompletionSource<CatchUpChunk>)>(1);

    private readonly KafkaConnection _connection;
    private readonly bool _isPortable;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<FramingSpec, IFraming> _framings = [];
    private byte[] _cursor = [];
    private long[]? _assigned;
    private PartitionMap? _assignedMap;
    private int _assignedCount;
    private CatchUpRequest _request = null!;
    private CatchUpChunk _chunk = null!;
    private IFraming _framing = null!;
    private int _missing;
    private bool _isFull;

    public CatchUpConsumer(KafkaConnection connection, bool isPortable, TimeProvider time, ILogger logger)
    {
        _connection = connection;
        _isPortable = isPortable;
        _time = time;
        _logger = logger;
        new Thread(Run) { IsBackground = true, Name = "kafka-consume catch-up" }.Start();
    }

    /// <summary>Reads on for a client. Returns without records when Kafka gives none within half a second.</summary>
    public async Task<CatchUpChunk> ReadAsync(CatchUpRequest request)
    {
        var answer = new TaskCompletionSource<CatchUpChunk>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _requests.Writer.WriteAsync((request, answer));
        return await answer.Task;
    }

    public void Dispose() => _requests.Writer.TryComplete();

    private void Run()
    {
        RecordReader? consumer = null;
        try
        {
            while (_requests.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_requests.Reader.TryRead(out var work))
                {
                    Answer(ref consumer, work.Request, work.Answer);
                }
            }
        }
        finally
        {
            consumer?.Dispose();
            foreach (var framing in _framings.Values)
            {
                framing.Dispose();
            }
        }
    }

    private void Answer(
        ref RecordReader? consumer, CatchUpRequest request, TaskCompletionSource<CatchUpChunk> answer)
    {
        var chunk = new CatchUpChunk((long[])request.From.Clone());
        try
        {
            consumer ??= BroadcastConsumer.Create(_connection, _isPortable, onlyTopic: "", _logger);
            Fill(consumer, request, chunk);
        }
        catch (ConsumeException failure)
        {
            chunk.Problem = KafkaProblem.From(failure.Error);
        }
        catch (Exception failure)
        {
            // Whatever it was, it must not end the thread, and with it the gateway.
            Log.Broken(_logger, _connection.Name, failure);
            chunk.Problem = KafkaProblem.Unavailable(failure.Message);
        }

        if (chunk.Problem is not null)
        {
            _assigned = null;
            Log.Failed(_logger, _connection.Name, chunk.Problem.Type, chunk.Problem.Diagnostic);
        }

        answer.SetResult(chunk);
    }

    private void Fill(RecordReader consumer, CatchUpRequest request, CatchUpChunk chunk)
    {
        if (!_framings.TryGetValue(request.Framing, out var framing))
        {
            _framings.Add(request.Framing, framing = request.Framing.Create());
        }

        var wanted = Assign(consumer, request);
        (_request, _chunk, _framing, _missing, _isFull) = (request, chunk, framing, wanted, false);
        var started = _time.GetTimestamp();
        while (WantsMore)
        {
            if (consumer.Wait(chunk.Ends.Count == 0 ? TimeSpan.FromMilliseconds(50) : TimeSpan.Zero))
            {
                consumer.Take(this);
            }
            else if (chunk.Ends.Count > 0 || _time.GetElapsedTime(started) > Patience)
            {
                break;
            }
        }

        if (chunk.Ends.Count > 0 && !TailLog.HasCursorPerRecord(request.Map))
        {
            framing.WritePosition(chunk.Bytes, Cursor(request.Map, chunk.Positions));
        }

        // What comes of a partition that has reached the tail is dropped, so the next piece must be fetched anew then.
        _assigned = _missing == wanted && !_isFull ? (long[])chunk.Positions.Clone() : null;
    }

    private bool WantsMore =>
        _missing > 0 && !_isFull && _chunk.Ends.Count < _request.MaxRecords && _chunk.Bytes.Length < _request.MaxBytes;

    bool IRecordSink.Take(in RecordView record)
    {
        var index = _request.Map.IndexOf(record.Topic, record.Partition);
        if (index < 0 || _chunk.Positions[index] >= _request.Until[index])
        {
            return true;
        }

        if (record.Offset >= _request.Until[index])
        {
            Reach(index, record.Offset);
        }
        else if (record.Offset >= _chunk.Positions[index])
        {
            Append(index, record);
        }

        return WantsMore;
    }

    bool IRecordSink.TakeEnd(string topic, int partition, long next)
    {
        var index = _request.Map.IndexOf(topic, partition);
        if (index >= 0 && _chunk.Positions[index] < _request.Until[index])
        {
            Reach(index, next);
        }

        return WantsMore;
    }

    /// <summary>Moves on to an offset before which there is nothing more that a client could read.</summary>
    private void Reach(int index, long offset)
    {
        _chunk.Positions[index] = Math.Max(_chunk.Positions[index], Math.Min(offset, _request.Until[index]));
        _missing -= _chunk.Positions[index] >= _request.Until[index] ? 1 : 0;
    }

    private void Append(int index, in RecordView record)
    {
        var (length, position) = (_chunk.Bytes.Length, _chunk.Positions[index]);
        _chunk.Positions[index] = record.Offset + 1;
        var hasCursor = _request.Framing.Kind is not FramingKind.Json && TailLog.HasCursorPerRecord(_request.Map);
        var cursor = hasCursor ? Cursor(_request.Map, _chunk.Positions) : default;
        _framing.WriteRecord(_chunk.Bytes, record, cursor);
        if (_request.IsStrict && _chunk.Bytes.Length > _request.MaxBytes && length > 0)
        {
            _isFull = true;
            _chunk.Bytes.Truncate(length);
            _chunk.Positions[index] = position;
            return;
        }

        _chunk.Ends.Add(_chunk.Bytes.Length);
        _missing -= _chunk.Positions[index] >= _request.Until[index] ? 1 : 0;
    }

    private ReadOnlySpan<byte> Cursor(PartitionMap map, long[] positions) =>
        _cursor.AsSpan(0, CursorCodec.Encode(map, positions, _cursor));

    private int Assign(RecordReader consumer, CatchUpRequest request)
    {
        var wanted = new List<TopicPartitionOffset>();
        for (var index = 0; index < request.From.Length; index++)
        {
            if (request.From[index] < request.Until[index])
            {
                wanted.Add(new TopicPartitionOffset(request.Map.TopicOf(index), request.Map.PartitionOf(index), request.From[index]));
            }
        }

        // The same client as last time reads on from what has been fetched ahead for it, unless the tail has left it behind in more partitions.
        if (_assigned is null || _assignedMap != request.Map || _assignedCount != wanted.Count
            || !request.From.AsSpan().SequenceEqual(_assigned))
        {
            consumer.Assign(wanted);
            _assignedMap = request.Map;
            _assignedCount = wanted.Count;
            _cursor = new byte[CursorCodec.GetMaxLength(request.Map)];
        }

        return wanted.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Kafka connection {Connection}: catching up stopped: {Problem}: {Reason}", EventName = nameof(Failed))]
        public static partial void Failed(ILogger logger, string connection, string problem, string? reason);

        [LoggerMessage(2, LogLevel.Error, "Kafka connection {Connection}: catching up failed", EventName = nameof(Broken))]
        public static partial void Broken(ILogger logger, string connection, Exception exception);
    }
}
