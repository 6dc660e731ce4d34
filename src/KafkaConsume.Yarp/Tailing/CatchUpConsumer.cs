using System.Threading.Channels;
using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>A Kafka consumer on a thread of its own that reads pieces of the past for one client after another.</summary>
internal sealed partial class CatchUpConsumer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Channel<(CatchUpRequest Request, TaskCompletionSource<CatchUpChunk> Answer)> _requests =
        Channel.CreateBounded<(CatchUpRequest, TaskCompletionSource<CatchUpChunk>)>(1);

    private readonly KafkaConnection _connection;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<FramingSpec, IFraming> _framings = [];
    private byte[] _cursor = [];
    private long[]? _assigned;
    private PartitionMap? _assignedMap;
    private int _assignedCount;
    private bool _isFull;

    public CatchUpConsumer(KafkaConnection connection, TimeProvider time, ILogger logger)
    {
        _connection = connection;
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
        IConsumer<byte[]?, byte[]?>? consumer = null;
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
        ref IConsumer<byte[]?, byte[]?>? consumer, CatchUpRequest request, TaskCompletionSource<CatchUpChunk> answer)
    {
        var chunk = new CatchUpChunk((long[])request.From.Clone());
        try
        {
            consumer ??= BroadcastConsumer.Create(_connection, _logger);
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

    private void Fill(IConsumer<byte[]?, byte[]?> consumer, CatchUpRequest request, CatchUpChunk chunk)
    {
        if (!_framings.TryGetValue(request.Framing, out var framing))
        {
            _framings.Add(request.Framing, framing = request.Framing.Create());
        }

        var wanted = Assign(consumer, request);
        var missing = wanted;
        _isFull = false;
        var started = _time.GetTimestamp();
        while (missing > 0 && !_isFull && chunk.Ends.Count < request.MaxRecords && chunk.Bytes.Length < request.MaxBytes)
        {
            var result = consumer.Consume(chunk.Ends.Count == 0 ? TimeSpan.FromMilliseconds(50) : TimeSpan.Zero);
            if (result is null)
            {
                if (chunk.Ends.Count > 0 || _time.GetElapsedTime(started) > Patience)
                {
                    break;
                }

                continue;
            }

            missing -= Take(result, request, chunk, framing) ? 1 : 0;
        }

        if (chunk.Ends.Count > 0 && !TailLog.HasCursorPerRecord(request.Map))
        {
            framing.WritePosition(chunk.Bytes, Cursor(request.Map, chunk.Positions));
        }

        // What comes of a partition that has reached the tail is dropped, so the next piece must be fetched anew then.
        _assigned = missing == wanted && !_isFull ? (long[])chunk.Positions.Clone() : null;
    }

    /// <summary>Takes a record or the end of a partition.</summary>
    /// <returns>Whether its partition has reached the tail.</returns>
    private bool Take(ConsumeResult<byte[]?, byte[]?> result, CatchUpRequest request, CatchUpChunk chunk, IFraming framing)
    {
        var index = request.Map.IndexOf(result.Topic, result.Partition.Value);
        var offset = result.Offset.Value;
        if (index < 0 || chunk.Positions[index] >= request.Until[index])
        {
            return false;
        }

        if (result.IsPartitionEOF || offset >= request.Until[index])
        {
            // Nothing that a client could read lies between its position and this offset.
            chunk.Positions[index] = Math.Max(chunk.Positions[index], Math.Min(offset, request.Until[index]));
        }
        else if (offset >= chunk.Positions[index])
        {
            var (length, position) = (chunk.Bytes.Length, chunk.Positions[index]);
            chunk.Positions[index] = offset + 1;
            var cursor = TailLog.HasCursorPerRecord(request.Map) ? Cursor(request.Map, chunk.Positions) : default;
            framing.WriteRecord(chunk.Bytes, BroadcastConsumer.View(result), cursor);
            if (request.IsStrict && chunk.Bytes.Length > request.MaxBytes && length > 0)
            {
                _isFull = true;
                chunk.Bytes.Truncate(length);
                chunk.Positions[index] = position;
                return false;
            }

            chunk.Ends.Add(chunk.Bytes.Length);
        }

        return chunk.Positions[index] >= request.Until[index];
    }

    private ReadOnlySpan<byte> Cursor(PartitionMap map, long[] positions) =>
        _cursor.AsSpan(0, CursorCodec.Encode(map, positions, _cursor));

    private int Assign(IConsumer<byte[]?, byte[]?> consumer, CatchUpRequest request)
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
